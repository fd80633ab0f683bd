/**
 * The application's journal, made to answer in time and to fail in one way.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal } from "../ports/journal.ts";
import { within } from "./within.ts";

/** A journal that does not answer is as bad as one that refuses: nothing hangs on it. */
export const JOURNAL_WITHIN_MS = 10_000;

/** Both calls reject with `JOURNAL_FAILED`, after ten seconds at the latest. */
export function guarded(journal: Journal, clock: Clock): Journal {
  const guard = async <T>(what: string, run: () => Promise<T>): Promise<T> => {
    try {
      return await within(clock, JOURNAL_WITHIN_MS, run());
    } catch (error) {
      if (error instanceof ConcertError && error.code === "JOURNAL_FAILED") throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ConcertError("JOURNAL_FAILED", `the payment journal cannot ${what}: ${why}`, {
        cause: error,
      });
    }
  };
  return {
    entries: () => guard("be read", () => journal.entries()),
    record: (entry) => guard("be written", () => journal.record(entry)),
  };
}
