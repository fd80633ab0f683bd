/**
 * What a journal forgets, and when. Pure.
 * @module
 */
import { isForgettable, type JournalRecord } from "@concert-pay/core";

/**
 * So many of the entries settled last, in the order of the log, are kept however old they claim to be: the clock may
 * have been wrong then, or be wrong now, and without its entry a payment's key would charge again.
 */
export const SETTLED_ALWAYS_KEPT = 1_000;

/**
 * The log is rewritten once so many of its entries have expired: for each of them it would be rewritten at every
 * reading, and for none it would grow for ever.
 */
export const EXPIRED_AT_MOST = 1_000;

const DAY_MS = 86_400_000;
/** For a day at most, and the three minutes in which an answer may come, a question counts for a payment. */
const QUESTION_COUNTS_MS: number = DAY_MS + 180_000;

export interface Keeping {
  /** Milliseconds since 1970-01-01. */
  readonly now: number;
  readonly keepSettledForDays: number;
}

/**
 * The entries worth keeping. What is unsettled, and what does not say when it was settled, always is. Questions are
 * kept while their answer may still come.
 */
export function worthKeeping(
  entries: readonly JournalRecord[],
  { now, keepSettledForDays }: Keeping,
): readonly JournalRecord[] {
  const settledBefore = now - keepSettledForDays * DAY_MS;
  const askedBefore = now - QUESTION_COUNTS_MS;
  let settledToCome = entries.filter(isSettled).length;
  return entries.filter((entry) => {
    if (entry.kind === "question")
      return !isForgettable(entry) && !isBefore(entry.times.sending, askedBefore);
    if (!isSettled(entry)) return true;
    settledToCome -= 1;
    return settledToCome < SETTLED_ALWAYS_KEPT || !isBefore(entry.times.settled, settledBefore);
  });
}

function isSettled(entry: JournalRecord): boolean {
  return entry.kind !== "question" && entry.state === "settled";
}

/** What bears no time is of no age. */
function isBefore(time: string | undefined, limit: number): boolean {
  return Date.parse(time ?? "") < limit;
}
