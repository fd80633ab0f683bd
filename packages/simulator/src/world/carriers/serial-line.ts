/**
 * A serial line: bytes can be lost, changed, doubled, come from nowhere or come late; the cable can be pulled (USB:
 * the page is told) or go silent (RS232: nobody is). One page at a time has the port.
 * @module
 */
import { ConcertError, lrc, type CloseOptions } from "@concert-pay/core";
import type { Call } from "../call.ts";
import { portLost, type Carrier } from "../connector.ts";
import type { World } from "../world.ts";
import { DEAF, type Raw, type RawEvents } from "./raw.ts";

type Direction = "to terminal" | "to page";

const STX = 0x02;
/** Ten bits at 9600. */
const BYTE_MS = 1;
const BYTE_FAULTS = ["byte lost", "byte changed", "byte doubled", "byte inserted", "bytes delayed"] as const;
/** What a system keeps of a line that nobody reads. */
const KEPT_BYTES = 64;

export class SerialLine {
  readonly #world: World;
  readonly #due: Record<Direction, number> = { "to terminal": 0, "to page": 0 };
  #holder: RawLine | undefined;
  #plugged = true;
  #silent = false;
  #faultsLeft: number;
  #stale: readonly number[] = [];
  /** The terminal's side, while it is on. */
  toTerminal: (bytes: Uint8Array) => void = () => {};
  /** Whose bytes went out last. */
  call: Call | undefined;

  constructor(world: World) {
    this.#world = world;
    this.#faultsLeft = world.plan.byteFaults;
  }

  open(): RawLine | ConcertError {
    if (!this.#plugged) return new ConcertError("UNREACHABLE", "no such port", { reason: "unplugged" });
    if (this.#holder !== undefined)
      return new ConcertError("UNREACHABLE", "port in use", { reason: "port-busy" });
    const raw = new RawLine(this);
    this.#holder = raw;
    if (this.#stale.length > 0 && this.#world.random.chance(0.5)) {
      const stale = Uint8Array.from(this.#stale);
      this.#world.tally.faults["stale bytes"] += 1;
      this.#world.clock.after(1, () => this.#holder === raw && raw.events.bytes(stale));
    }
    this.#stale = [];
    return raw;
  }

  free(raw: RawLine): void {
    if (this.#holder === raw) this.#holder = undefined;
  }

  get faulty(): boolean {
    return !this.#plugged || this.#silent;
  }

  /** USB: the port is gone, and comes back. */
  pull(forMs: number): void {
    if (!this.#plugged) return;
    this.#world.log.note("line", () => `CABLE PULLED for ${forMs} ms`);
    this.#plugged = false;
    const holder = this.#holder;
    this.#holder = undefined;
    holder?.events.lost(portLost("unplugged"));
    this.#world.clock.after(forMs, () => (this.#plugged = true));
  }

  /** RS232: nothing passes, and nobody is told. */
  silence(forMs: number): void {
    this.#world.log.note("line", () => `SILENT for ${forMs} ms`);
    this.#silent = true;
    this.#world.clock.after(forMs, () => (this.#silent = false));
  }

  fromPage(bytes: Uint8Array, call: Call | undefined): void {
    // Control bytes and questions say nothing of whose payment comes out in the end: its EOT may never have come.
    if (bytes.length > 1 && call !== undefined) this.call = call;
    this.#transfer("to terminal", bytes);
  }

  fromTerminal(bytes: Uint8Array, written: () => void): void {
    this.#transfer("to page", bytes);
    this.#world.clock.after(bytes.length * BYTE_MS, written);
  }

  #transfer(direction: Direction, bytes: Uint8Array): void {
    const arriving = this.#damage(bytes);
    const took = this.#world.clock.now() + bytes.length * BYTE_MS;
    this.#arrive(direction, arriving.first, took);
    if (arriving.rest.length > 0) this.#arrive(direction, arriving.rest, took + arriving.lateMs);
  }

  #arrive(direction: Direction, bytes: readonly number[] | Uint8Array, at: number): void {
    const { clock } = this.#world;
    if (bytes.length === 0) return;
    this.#due[direction] = Math.max(at, this.#due[direction]);
    clock.setTimer(this.#due[direction], () => {
      if (this.faulty) return;
      if (direction === "to terminal") this.toTerminal(Uint8Array.from(bytes));
      else if (this.#holder !== undefined) this.#holder.events.bytes(Uint8Array.from(bytes));
      else this.#stale = [...this.#stale, ...bytes].slice(-KEPT_BYTES);
    });
  }

  /** At most one byte of each write: an eight-bit LRC catches any one, but two can make up for each other. */
  #damage(bytes: Uint8Array): {
    first: readonly number[] | Uint8Array;
    rest: readonly number[] | Uint8Array;
    lateMs: number;
  } {
    const { random, plan, tally, calm, log } = this.#world;
    const none = { first: bytes, rest: [], lateMs: 0 };
    if (calm || this.#faultsLeft <= 0 || !random.chance(plan.byteTrouble)) return none;
    // The terminal has spoilt it already: a second wrong byte could make up for the first.
    if (isFrame(bytes) && lrc(bytes.subarray(1, -1)) !== bytes.at(-1)) return none;
    this.#faultsLeft -= 1;
    const at = random.between(0, bytes.length - 1);
    const byte = bytes[at] ?? 0;
    const kind = random.pick(BYTE_FAULTS);
    log.note("line", () => `byte ${at} of ${bytes.length} (0x${byte.toString(16)}): ${kind}`);
    tally.faults[kind] += 1;
    if (kind === "bytes delayed")
      return {
        first: bytes.subarray(0, at),
        rest: bytes.subarray(at),
        lateMs: random.pick([5, 50, 500, 1_500, 4_000]),
      };
    const instead = {
      "byte lost": [],
      // Bit 7 is not read, so a change of it alone is none.
      "byte changed": [byte ^ random.between(1, 127)],
      "byte doubled": [byte, byte],
      "byte inserted": [random.between(1, 127), byte],
    }[kind];
    return { first: [...bytes.subarray(0, at), ...instead, ...bytes.subarray(at + 1)], rest: [], lateMs: 0 };
  }
}

function isFrame(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes[0] === STX;
}

class RawLine implements Raw {
  events: RawEvents = DEAF;
  readonly #line: SerialLine;
  #closed = false;

  constructor(line: SerialLine) {
    this.#line = line;
  }

  write(bytes: Uint8Array, call: Call | undefined): void {
    if (!this.#closed) this.#line.fromPage(bytes, call);
  }

  close(_options: CloseOptions): void {
    this.#closed = true;
    this.#line.free(this);
  }

  abandon(): void {
    this.close({});
  }
}

export function serialCarrier(world: World, line: SerialLine): Carrier {
  return {
    kind: "serial",
    resumable: false,
    open: (_life, _options, { opened, refused }) =>
      void world.clock.after(world.random.between(1, 30), () => {
        const raw = line.open();
        if (raw instanceof RawLine) opened(raw);
        else refused(raw);
      }),
  };
}
