/**
 * How a sale was paid by card, as the register notes it.
 * @module
 */
import type { Outcome, Ticket } from "@concert-pay/core";

/** `by`: a person decided, after looking at the terminal. */
export interface CardPayment {
  /** Its name in the element's journal. Absent in notes of an earlier version. */
  readonly key?: string;
  readonly chargedCents: number;
  readonly authorisation?: string;
  readonly by?: string;
  readonly tickets: readonly Ticket[];
}

/**
 * What the terminal says was charged; `undefined` where it says that nothing was. What it has told since the payment was noted
 * as not made counts, too: no paid sale is shown as unpaid.
 */
export function cardPaymentOf(outcome: Outcome): CardPayment | undefined {
  const { key, amount, contradiction, evidence } = outcome;
  const named = key === undefined ? {} : { key };
  if (outcome.outcome === "approved") {
    const { authorisation, tickets } = evidence;
    const code = authorisation === undefined ? {} : { authorisation };
    return { ...named, chargedCents: outcome.charged.minorUnits, tickets, ...code };
  }
  // How much of it was charged the journal does not know then: what was asked for is the most.
  return contradiction === "approved" && amount !== undefined
    ? { ...named, chargedCents: amount.minorUnits, tickets: [] }
    : undefined;
}

/** What was charged in all, of a sale's payments. */
export function chargedCents(payments: readonly CardPayment[]): number {
  return payments.reduce((sum, payment) => sum + payment.chargedCents, 0);
}
