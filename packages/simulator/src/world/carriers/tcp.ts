/**
 * TCP: bytes in order, cut and joined anywhere, late; a connection that breaks takes with it what had not arrived.
 * TCP changes no byte and loses none in the middle, so neither does this.
 * @module
 */
import { ConcertError, type CloseOptions } from "@concert-pay/core";
import type { Call } from "../call.ts";
import type { Carrier } from "../connector.ts";
import { portLost } from "../connector.ts";
import type { World } from "../world.ts";
import { Pipe, type Side } from "./pipe.ts";
import { DEAF, type Raw, type RawEvents } from "./raw.ts";

/** A TCP connection to the terminal: `near` is whoever connected. */
export class TcpConnection {
  readonly pipe: Pipe<Uint8Array>;
  readonly #world: World;
  /** Whose request was last written on it. */
  call: Call | undefined;

  constructor(world: World) {
    this.#world = world;
    this.pipe = new Pipe(world.clock, concat);
    world.connections.add(this);
  }

  send(from: Side, bytes: Uint8Array): void {
    const { random, plan, tally, calm } = this.#world;
    if (calm || !random.chance(plan.segmentTrouble)) return this.pipe.send(from, bytes, 1);
    if (random.chance(0.3) && this.pipe.sendJoined(from, bytes)) {
      tally.faults["segments merged"] += 1;
      return;
    }
    tally.faults["segments split"] += 1;
    const pieces = random.between(1, 3);
    let rest = bytes;
    let latency = random.between(1, 30);
    for (let piece = 0; piece < pieces && rest.length > 1; piece += 1) {
      const at = random.between(1, rest.length - 1);
      this.pipe.send(from, rest.subarray(0, at), latency);
      rest = rest.subarray(at);
      latency += random.weighted([
        [6, random.between(0, 40)],
        [3, random.between(100, 240)],
        [1, random.between(250, 3_000)],
      ]);
    }
    this.pipe.send(from, rest, latency);
  }

  end(from: Side): void {
    this.pipe.end(from, 1);
  }

  /** Both ends hear of it soon, not at the same moment. */
  reset(): void {
    const { random } = this.#world;
    this.#world.connections.delete(this);
    this.pipe.break({ near: random.between(0, 20), far: random.between(0, 20) });
  }

  /** Half-open: keep-alive tells both after minutes. */
  freeze(): void {
    const { random } = this.#world;
    this.pipe.freeze({ near: random.between(60_000, 400_000), far: random.between(60_000, 400_000) });
  }
}

/** Reaches the terminal, or does not: what bridge and page both go through. `near` is not attached yet. */
export function connectTcp(
  world: World,
  result: { connected(connection: TcpConnection): void; refused(error: ConcertError): void },
): void {
  const { clock, random, plan, tally, host } = world;
  const trouble =
    world.calm || !random.chance(plan.connectTrouble)
      ? "none"
      : random.weighted([
          [3, "refused"],
          [1, "unanswered"],
          [2, "slow"],
        ] as const);
  if (trouble !== "none") tally.faults[`connection ${trouble}`] += 1;
  if (trouble === "unanswered") return;
  clock.after(trouble === "slow" ? random.between(1_000, 9_000) : random.between(1, 30), () => {
    world.step();
    if (trouble === "refused" || !host.listening)
      return result.refused(new ConcertError("UNREACHABLE", "connection refused", { reason: "refused" }));
    const connection = new TcpConnection(world);
    host.accept(connection);
    result.connected(connection);
  });
}

/** From the register straight to the terminal, as a register in Node does. */
export function tcpCarrier(world: World): Carrier {
  return {
    kind: "ip",
    resumable: false,
    open: (_life, _options, { opened, refused }) =>
      connectTcp(world, { connected: (connection) => opened(new RawTcp(world, connection)), refused }),
  };
}

class RawTcp implements Raw {
  events: RawEvents = DEAF;
  readonly #world: World;
  readonly #tcp: TcpConnection;

  constructor(world: World, tcp: TcpConnection) {
    this.#world = world;
    this.#tcp = tcp;
    tcp.pipe.attach("near", {
      item: (bytes) => this.events.bytes(bytes),
      ended: () => this.events.ended(),
      lost: () => this.events.lost(portLost("reset")),
    });
  }

  write(bytes: Uint8Array, call: Call | undefined): void {
    if (bytes.length > 1) this.#tcp.call = call;
    this.#tcp.send("near", bytes);
  }

  close(_options: CloseOptions): void {
    this.#world.connections.delete(this.#tcp);
    this.#tcp.end("near");
  }

  /** The system of a dead page closes its sockets, unless the whole machine went off. */
  abandon(): void {
    const { random } = this.#world;
    const how = random.weighted([
      [2, "close"],
      [1, "reset"],
      [1, "freeze"],
    ] as const);
    if (how === "close") this.close({});
    else this.#tcp[how]();
  }
}

function concat(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
}
