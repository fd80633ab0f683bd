/**
 * What happened in worlds, counted: so that one sees that faults really happen.
 * @module
 */

export const FAULTS = [
  "page killed",
  "page closed",
  "page frozen",
  "page cached",
  "second tab",
  "journal refused",
  "journal refused but kept",
  "journal stalled",
  "connection refused",
  "connection unanswered",
  "connection slow",
  "segments split",
  "segments merged",
  "connection reset",
  "half-open",
  "hung up",
  "bridge killed",
  "page link lost",
  "page link frozen",
  "byte lost",
  "byte changed",
  "byte doubled",
  "byte inserted",
  "bytes delayed",
  "cable pulled",
  "line silent",
  "stale bytes",
  "terminal rebooted",
  "service restarted",
  "forgotten sale",
  "answer late",
  "answer twice",
  "answer withheld",
  "answer spoilt",
  "answer on another connection",
  "dialogue spoilt",
  "cancel wished",
  "terminal reopened",
  "clock set",
  "lease stalled",
  "lease refused",
  "question asked",
  "question in a payment",
  "question left open",
  "impatient till",
] as const;
export type Fault = (typeof FAULTS)[number];

export const WORDS = [
  "approved",
  "declined",
  "abandoned",
  "failed",
  "acknowledged",
  "unknown",
  "rejected",
  "approved on recovery",
  "not approved on recovery",
  "settled by a person: approved",
  "settled by a person: failed",
] as const;
export type Word = (typeof WORDS)[number];

export interface Tally {
  worlds: number;
  steps: number;
  charges: number;
  readonly faults: Record<Fault, number>;
  readonly words: Record<Word, number>;
  readonly carriers: Record<string, number>;
}

export function newTally(): Tally {
  return { worlds: 0, steps: 0, charges: 0, faults: { ...NO_FAULTS }, words: { ...NO_WORDS }, carriers: {} };
}

function zeros<K extends string>(names: readonly K[]): Record<K, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<K, number>;
}

const NO_FAULTS = zeros(FAULTS);
const NO_WORDS = zeros(WORDS);

/** Adds `more` to `sum`. */
export function addTally(sum: Tally, more: Tally): void {
  sum.worlds += more.worlds;
  sum.steps += more.steps;
  sum.charges += more.charges;
  for (const name of FAULTS) sum.faults[name] += more.faults[name];
  for (const name of WORDS) sum.words[name] += more.words[name];
  for (const [name, count] of Object.entries(more.carriers))
    sum.carriers[name] = (sum.carriers[name] ?? 0) + count;
}
