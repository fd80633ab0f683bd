/**
 * The records of one payment's life, each made of the one before. Pure: `book.ts` writes them.
 * @module
 */
import type { Money } from "../payment/money.ts";
import type { Outcome } from "../payment/outcome.ts";
import type {
  EntryState,
  FinalOutcome,
  FinancialAction,
  JournalEntry,
  PaymentEntry,
  SettledBy,
} from "../ports/journal.ts";

/** What names a payment: two calls that agree in all of it are the same payment. */
export interface PaymentIdentity {
  readonly key: string;
  readonly action: FinancialAction;
  readonly amount: Money;
  readonly register: string;
  readonly reference: string | undefined;
}

/** Where and how it is made. */
export interface PaymentWay {
  readonly terminal: string;
  readonly exchange: string;
  readonly dialect: string;
}

/** Recorded, and nothing sent. `time`: ISO 8601, so that no run of digits in it looks like a card number. */
export function intended(identity: PaymentIdentity, way: PaymentWay, time: string): PaymentEntry {
  const { key, action, amount, register, reference } = identity;
  return {
    kind: "payment",
    key,
    action,
    amount: amount.minorUnits,
    currency: amount.currency,
    register,
    ...(reference === undefined ? {} : { reference }),
    ...way,
    state: "intended",
    times: { intended: time },
  };
}

export function moved(
  entry: PaymentEntry,
  state: EntryState,
  facts: Partial<PaymentEntry>,
  time: string,
): PaymentEntry {
  return { ...entry, ...facts, state, times: { ...entry.times, [state]: time } };
}

export function settled(
  entry: PaymentEntry,
  outcome: FinalOutcome,
  settledBy: SettledBy,
  facts: Partial<PaymentEntry>,
  time: string,
): PaymentEntry {
  // Neither a doubt nor the wish that somebody look outlives the settlement, unless it brings its own.
  const { doubt: _, checkTerminal: __, rival: ___, ...rest } = entry;
  return { ...moved(rest, "settled", facts, time), outcome, settledBy };
}

/** What an exchange came to. */
export function concluded(
  entry: PaymentEntry,
  outcome: Outcome,
  how: "answer" | "resumed" | "late" | "status",
  keepMaskedPan: boolean,
  time: string,
): PaymentEntry {
  const { evidence } = outcome;
  const facts = {
    ...defined("authorisation", evidence.authorisation),
    ...defined("application", evidence.application),
    ...defined("reading", evidence.reading),
    ...defined("pan", keepMaskedPan ? evidence.pan : undefined),
    ...(outcome.outcome === "approved" && outcome.partial ? { charged: outcome.charged.minorUnits } : {}),
    ...(outcome.outcome === "failed" && outcome.checkTerminal ? ({ checkTerminal: true } as const) : {}),
  };
  switch (outcome.outcome) {
    case "unknown":
      return moved(entry, "unknown", { ...facts, doubt: outcome.doubt }, time);
    case "acknowledged":
      return moved(entry, "unknown", { ...facts, doubt: "acknowledged" }, time);
    default:
      return settled(entry, outcome.outcome, { by: "terminal", how }, facts, time);
  }
}

export function isPayment(entry: JournalEntry): entry is PaymentEntry {
  return entry.kind === "payment";
}

/** True when the recorded payment is the one asked for. */
export function isSamePayment(entry: PaymentEntry, identity: PaymentIdentity): boolean {
  return (
    entry.action === identity.action &&
    entry.amount === identity.amount.minorUnits &&
    entry.currency === identity.amount.currency &&
    entry.register === identity.register &&
    entry.reference === identity.reference
  );
}

function defined<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}
