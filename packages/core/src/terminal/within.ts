/**
 * A promise that does not wait for ever.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";

/**
 * Settles as `promise` does, or rejects with `UNREACHABLE`, `reason: "timeout"`, after `ms` milliseconds. A value
 * that comes later is handed to `late`.
 */
export function within<T>(
  clock: Clock,
  ms: number,
  promise: Promise<T>,
  late?: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let over = false;
    const cancel = clock.setTimer(clock.now() + ms, () => {
      over = true;
      reject(new ConcertError("UNREACHABLE", `nothing within ${ms} ms`, { reason: "timeout" }));
    });
    promise.then(
      (value) => {
        if (over) return late?.(value);
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
