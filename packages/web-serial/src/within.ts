/**
 * Waiting with an end: a serial driver may never answer.
 * @module
 */
import type { Clock } from "@concert-pay/core";

/** True when `work` succeeded within that time; false when it failed or is still going on. Never rejects. */
export function within(clock: Clock, milliseconds: number, work: () => Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = clock.setTimer(clock.now() + milliseconds, () => resolve(false));
    const end = (succeeded: boolean): void => {
      cancel();
      resolve(succeeded);
    };
    // The call itself may throw: a lock held elsewhere is reported so by some implementations.
    Promise.resolve()
      .then(work)
      .then(
        () => end(true),
        () => end(false),
      );
  });
}

export function pause(clock: Clock, milliseconds: number): Promise<void> {
  return new Promise((resolve) => void clock.setTimer(clock.now() + milliseconds, resolve));
}
