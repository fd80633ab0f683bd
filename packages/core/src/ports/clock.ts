/**
 * Time, handed in. Nothing in core reads a clock by itself; {@link systemClock} is what applications use when
 * they give none, and the only place that touches the runtime's timers.
 * @module
 */

export interface Clock {
  /** Milliseconds on a clock that never goes back (a change of the wall clock does not move it). */
  now(): number;
  /** Milliseconds since 1970-01-01, for the journal's times only. */
  wallTime(): number;
  /** Calls back once, when `now()` has reached `at`. Returns what cancels it. */
  setTimer(at: number, callback: () => void): () => void;
}

/** The globals of every JavaScript runtime that core may use, declared here because core compiles without them. */
interface Runtime {
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: never): void;
  performance: { now(): number };
}

/** A longer delay fires at once, in every runtime. */
const LONGEST_DELAY_MS = 2_147_483_647;

/** The runtime's own clock. */
export function systemClock(): Clock {
  const runtime = globalThis as unknown as Runtime;
  const now = (): number => runtime.performance.now();
  return {
    now,
    wallTime: () => Date.now(),
    setTimer(at, callback) {
      let handle: unknown;
      // Runtimes round the delay, and may fire up to two milliseconds early.
      const wait = (): void => {
        const delay = Math.min(LONGEST_DELAY_MS, Math.max(0, Math.ceil(at - now())));
        handle = runtime.setTimeout(() => (now() < at ? wait() : callback()), delay);
      };
      wait();
      return () => runtime.clearTimeout(handle as never);
    },
  };
}
