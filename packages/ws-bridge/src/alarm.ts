/**
 * One deadline that can be moved.
 * @module
 */
import type { Clock } from "@concert-pay/core";

export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Rings once, that many milliseconds from now; forgets an earlier call. */
  set(afterMs: number): void {
    this.clear();
    this.#cancel = this.#clock.setTimer(this.#clock.now() + afterMs, () => {
      this.#cancel = undefined;
      this.#ring();
    });
  }

  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
