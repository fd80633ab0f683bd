/**
 * A clock that moves only when told, for tests. Promises that are ready run before each step.
 * @module
 */
import type { Clock, Millis } from "@concert-pay/core";

interface Timer {
  readonly at: Millis;
  readonly order: number;
  readonly callback: () => void;
}

export class VirtualClock implements Clock {
  #now: Millis = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  /** Timers not run yet. */
  get pending(): number {
    return this.#timers.size;
  }

  now(): Millis {
    return this.#now;
  }

  wallTime(): number {
    return Date.UTC(2024, 0, 1) + this.#now;
  }

  setTimer(at: Millis, callback: () => void): () => void {
    const timer = { at, order: (this.#order += 1), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Lets `ms` pass. */
  async advance(ms: Millis): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.callback();
      await settled();
    }
    this.#now = end;
  }

  #next(end: Millis): Timer | undefined {
    const due = [...this.#timers].filter(({ at }) => at <= end);
    return due.sort((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Enough turns of the microtask queue for every chain of promises here. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}
