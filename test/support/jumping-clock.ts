/**
 * A clock that jumps to the next timer as soon as nothing is left to do, so that minutes take none. Only for what
 * lives in one program: bytes under way through the system are not seen as something to do.
 * @module
 */
import type { Clock } from "@concert-pay/core";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Between two turns of the event loop every promise that can settle has settled. */
const nextTurn: (run: () => void) => void = globalThis.setImmediate ?? ((run) => void setTimeout(run));

export class JumpingClock implements Clock {
  readonly #timers = new Set<Timer>();
  #now = 0;
  #order = 0;
  #jumping = false;

  now(): number {
    return this.#now;
  }

  wallTime(): number {
    return Date.UTC(2026, 0, 1) + this.#now;
  }

  setTimer(at: number, callback: () => void): () => void {
    const timer = { at, order: (this.#order += 1), callback };
    this.#timers.add(timer);
    this.#jump();
    return () => void this.#timers.delete(timer);
  }

  /** Resolves when `ms` have passed. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.setTimer(this.#now + ms, resolve));
  }

  #jump(): void {
    if (this.#jumping) return;
    this.#jumping = true;
    nextTurn(() => {
      this.#jumping = false;
      let next: Timer | undefined;
      for (const timer of this.#timers)
        if (next === undefined || timer.at < next.at || (timer.at === next.at && timer.order < next.order))
          next = timer;
      if (next === undefined) return;
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      this.#jump();
      next.callback();
    });
  }
}
