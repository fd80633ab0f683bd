/**
 * The page's end of a WebSocket to the bridge of a world. Compare ws-bridge's client.ts and bridge-connection.ts.
 * @module
 */
import { ConcertError, type CloseOptions, type Resumed } from "@concert-pay/core";
import type { Call } from "../call.ts";
import { portLost, type Carrier } from "../connector.ts";
import type { World } from "../world.ts";
import type { Bridge } from "./bridge.ts";
import { LATENCY_MS, type PageLink, type PageMessage } from "./bridge-wire.ts";
import { Pipe } from "./pipe.ts";
import { DEAF, type Raw, type RawEvents } from "./raw.ts";

export function bridgeCarrier(world: World, bridge: Bridge): Carrier {
  return {
    kind: "ip",
    resumable: true,
    open(_life, { exchange, resume = false }, { opened, refused }) {
      const { clock, random } = world;
      clock.after(random.between(1, 20), () => {
        if (!bridge.running)
          return refused(
            new ConcertError("UNREACHABLE", "no bridge answers", { reason: "bridge-not-running" }),
          );
        const link: PageLink = new Pipe(clock);
        bridge.accept(link);
        const raw = new RawBridge(world, link, { opened, refused });
        link.send("near", { kind: "open", exchange, resume }, LATENCY_MS);
        // The client's own limit: what opens later is left as it is.
        clock.after(8_000, () => raw.giveUp());
      });
    },
  };
}

class RawBridge implements Raw {
  events: RawEvents = DEAF;
  resumed?: Resumed;
  readonly #world: World;
  readonly #link: PageLink;
  #result: { opened(raw: Raw): void; refused(error: ConcertError): void } | undefined;
  #over = false;

  constructor(
    world: World,
    link: PageLink,
    result: { opened(raw: Raw): void; refused(error: ConcertError): void },
  ) {
    this.#world = world;
    this.#link = link;
    this.#result = result;
    link.attach("near", {
      item: (message) => this.#message(message),
      ended: () => {},
      lost: () => this.#lost(portLost("the bridge is gone")),
    });
  }

  write(bytes: Uint8Array, call: Call | undefined): void {
    const { random, calm, plan } = this.#world;
    const latency = !calm && random.chance(plan.segmentTrouble) ? random.between(1, 3_000) : LATENCY_MS;
    this.#link.send("near", { kind: "bytes", bytes, call }, latency);
  }

  close({ keepAnswer = false }: CloseOptions): void {
    this.#over = true;
    this.#link.send("near", { kind: "close", name: keepAnswer ? "page-left" : "ended" }, LATENCY_MS);
  }

  /** A page that dies says 1001 or nothing. */
  abandon(): void {
    const { random } = this.#world;
    if (random.chance(0.7)) this.#link.break({ far: random.between(0, 20) });
    else this.#link.freeze({ far: random.between(60_000, 90_000) });
  }

  giveUp(): void {
    if (this.#result === undefined) return;
    this.#fail(new ConcertError("UNREACHABLE", "the bridge did not answer in time", { reason: "no-answer" }));
    this.close({ keepAnswer: true });
  }

  #message(message: PageMessage): void {
    switch (message.kind) {
      case "connected":
        return this.#open();
      case "resumed":
        this.resumed = { requestBytes: message.requestBytes };
        return this.#open();
      case "bytes":
        return this.events.bytes(message.bytes);
      case "ended":
        return this.events.ended();
      case "close":
        if (message.name === "ended" || message.name === "hung-up") return this.events.ended();
        return this.#lost(closedBy(message.name, this.#result !== undefined));
    }
  }

  #open(): void {
    const result = this.#result;
    this.#result = undefined;
    if (!this.#over) result?.opened(this);
  }

  #lost(error: ConcertError): void {
    if (this.#result !== undefined) return this.#fail(error);
    this.events.lost(error);
  }

  #fail(error: ConcertError): void {
    const result = this.#result;
    this.#result = undefined;
    this.#over = true;
    result?.refused(error);
  }
}

function closedBy(name: string, opening: boolean): ConcertError {
  if (opening && ["nothing-held", "terminal-unreachable", "connect-timeout"].includes(name))
    return new ConcertError("UNREACHABLE", name, { reason: name });
  if (opening && name === "exchange-used") return new ConcertError("WRONG_STATE", name, { reason: name });
  return new ConcertError("PORT_LOST", name, { reason: name });
}
