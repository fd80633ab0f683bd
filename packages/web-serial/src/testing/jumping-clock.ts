/**
 * A clock for code that waits for nothing in particular: each timer fires as soon as everything that can happen
 * without time passing has happened, and the clock jumps there.
 * @module
 */
import type { Clock } from "@concert-pay/core";

export class JumpingClock implements Clock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  /** Time passes while something else than a timer is waited for. */
  pass(milliseconds: number): void {
    this.#now += milliseconds;
  }

  wallTime(): number {
    return this.#now;
  }

  setTimer(at: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#now = Math.max(this.#now, at);
      callback();
    });
    return () => clearTimeout(timer);
  }
}
