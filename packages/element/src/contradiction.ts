/**
 * What the terminal has told against what is noted about a payment. It is shown before the next payment, and the note stays
 * as it is.
 * @module
 */
import type { JournalEntry, Outcome } from "@concert-pay/core";
import { doneState, paymentOf, type Decision, type EndedState, type SettledState } from "./state.ts";

/**
 * An outcome as the application is told it. `recorded`: out of the journal, on a payment whose end was not seen here,
 * since the page came back after it or another tab learnt it. It may have been told elsewhere, never twice here.
 */
export type Result = Outcome & {
  readonly recorded?: true;
  /**
   * What was noted about that payment, and the terminal now denies: by this very outcome, where that came late; out of the
   * journal by what `contradiction` says, and the outcome is the noted one.
   */
  readonly contradicts?: Decision;
};

/** What came of a payment as the journal knows it. */
export function endedState(outcome: Outcome): EndedState {
  const { contradiction } = outcome;
  if (contradiction === undefined || !isDenied(outcome)) return doneState(outcome);
  return {
    name: "settled",
    entry: paymentOf(outcome),
    decision: decisionOf(outcome.outcome),
    by: undefined,
    contradiction,
  };
}

export function resultOf(outcome: Outcome): Result {
  return isDenied(outcome) ? { ...outcome, contradicts: decisionOf(outcome.outcome) } : outcome;
}

/** The journal has it that the terminal told otherwise, later. */
export function isDenied({ outcome, contradiction }: Outcome): boolean {
  return contradiction !== undefined && decisionOf(contradiction) !== decisionOf(outcome);
}

/** What an answer puts on the screen that came after its payment was settled otherwise; else `undefined`. */
export function deniedBy(entry: JournalEntry, { outcome }: Outcome): SettledState | undefined {
  if (entry.kind !== "payment" || entry.contradiction === undefined) return undefined;
  const decision = decisionOf(entry.outcome);
  if (decision === decisionOf(outcome)) return undefined;
  const by = entry.settledBy?.by === "person" ? entry.settledBy.who : undefined;
  return { name: "settled", entry, decision, by, contradiction: outcome };
}

/** All that is settled is paid or not. */
function decisionOf(outcome: string | undefined): Decision {
  return outcome === "approved" ? "approved" : "failed";
}
