/**
 * Two ends of a connection in memory: a carrier for terminals inside a page and for worlds in virtual time.
 * @module
 */
import { ConcertError, systemClock, type Clock, type Connection, type Millis } from "@concert-pay/core";
import { IncomingBytes, type MemoryListener } from "./incoming-bytes.ts";

export type { MemoryListener } from "./incoming-bytes.ts";

/** What reaches the other end in place of some bytes, and after how long. Nothing overtakes what left before. */
export type Carry = (
  from: "near" | "far",
  bytes: Uint8Array,
) => readonly { readonly bytes: Uint8Array; readonly afterMs: Millis }[];

export interface MemoryPairOptions {
  /** Used only where something takes time. Default: the system's. */
  readonly clock?: Clock;
  /** Time on the way, each direction. Default 0: the next microtask. */
  readonly latencyMs?: Millis;
  /** Default: everything, after `latencyMs`. */
  readonly carry?: Carry;
}

/** One end. Read it by `incoming` or by `listen`, not both. */
export interface MemoryEnd extends Connection {
  /** Gets what comes, in place of `incoming`. What came before is given at once. */
  listen(listener: MemoryListener): void;
  /** Closes in order, after what was written. */
  end(): void;
  /** Drops the connection: the other end reads `PORT_LOST`, and so does this one. */
  reset(): void;
  readonly closed: boolean;
}

/** Bytes written at one end come out at the other, in order. */
export function memoryPair(options: MemoryPairOptions = {}): {
  readonly near: MemoryEnd;
  readonly far: MemoryEnd;
} {
  const { latencyMs = 0 } = options;
  const clock = options.clock ?? systemClock();
  const carry: Carry = options.carry ?? ((_, bytes) => [{ bytes, afterMs: latencyMs }]);
  const near = new End("near", clock, carry, latencyMs);
  const far = new End("far", clock, carry, latencyMs);
  near.peer = far;
  far.peer = near;
  return { near, far };
}

type Arrival = { readonly bytes: Uint8Array } | { readonly closed: "end" | "lost" };

class End implements MemoryEnd {
  readonly #name: "near" | "far";
  readonly #clock: Clock;
  readonly #carry: Carry;
  readonly #latencyMs: Millis;
  readonly #incoming = new IncomingBytes();
  /** On their way to the other end, first in first out. */
  readonly #leaving: Arrival[] = [];
  #lastArrival: Millis = 0;
  #closed = false;
  peer!: End;

  constructor(name: "near" | "far", clock: Clock, carry: Carry, latencyMs: Millis) {
    this.#name = name;
    this.#clock = clock;
    this.#carry = carry;
    this.#latencyMs = latencyMs;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get incoming(): AsyncIterable<Uint8Array> {
    return this.#incoming;
  }

  listen(listener: MemoryListener): void {
    this.#incoming.listen(listener);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#closed) throw lost();
    for (const part of this.#carry(this.#name, Uint8Array.from(bytes)))
      this.#send({ bytes: part.bytes }, part.afterMs);
  }

  async close(): Promise<void> {
    this.end();
    this.#incoming.stop(undefined);
  }

  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#send({ closed: "end" }, this.#latencyMs);
  }

  reset(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#incoming.stop(lost());
    this.#send({ closed: "lost" }, this.#latencyMs);
  }

  #send(arrival: Arrival, afterMs: Millis): void {
    this.#leaving.push(arrival);
    const arrive = (): void => {
      const next = this.#leaving.shift();
      if (next !== undefined) this.peer.#take(next);
    };
    const at = Math.max(this.#lastArrival, this.#clock.now() + afterMs);
    if (at <= this.#clock.now()) void Promise.resolve().then(arrive);
    else this.#clock.setTimer(at, arrive);
    this.#lastArrival = at;
  }

  #take(arrival: Arrival): void {
    if ("bytes" in arrival) this.#incoming.push(arrival.bytes);
    else {
      if (arrival.closed === "lost") this.#closed = true;
      this.#incoming.end(arrival.closed === "lost" ? lost() : undefined);
    }
  }
}

function lost(): ConcertError {
  return new ConcertError("PORT_LOST", "the connection to the simulated terminal was lost");
}
