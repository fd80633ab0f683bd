/**
 * What the payment button can be doing. One union: a field exists only where it means something.
 * @module
 */
import type {
  ConcertError,
  HistoryLostEntry,
  JournalEntry,
  Money,
  Outcome,
  PaymentEntry,
} from "@concert-pay/core";

/** Where a question to a person stands. */
export type AskStep =
  /** Shown, nothing done yet. */
  | "found"
  /** The terminal is being asked. */
  | "checking"
  /** The terminal could not tell: a person is asked. */
  | "asking"
  /** The person's word is being written down. */
  | "settling";

/** What a person decided about a payment whose outcome nobody else could tell. */
export type Decision = "approved" | "failed";

export type PayState =
  /** Opening the journal and looking for unsettled payments. */
  | { readonly name: "starting" }
  /** This page or browser cannot reach the terminal, or the attributes are wrong. */
  | { readonly name: "unavailable"; readonly error: ConcertError }
  /** A person has to pick the serial port first. `picking` while the browser's port list is open. */
  | { readonly name: "connecting"; readonly picking: boolean; readonly problem: ConcertError | undefined }
  | { readonly name: "idle" }
  | RunningState
  | EndedState
  /** An unsettled payment: nothing else may be paid before it is settled. */
  | BlockedState
  /** The journal lost something: the terminal's own journal has to be looked at. */
  | HistoryLostState
  | ErrorState;

/** This time nothing was sent. */
export interface ErrorState {
  readonly name: "error";
  readonly error: ConcertError;
  /** Nobody has pressed Pay: whether something is unsettled could not be read, and nothing is paid before it is. */
  readonly unread?: true;
}

/** What came of a payment. It stays on the screen until the page is done with that sale. */
export type EndedState = DoneState | SettledState;

/** A final outcome. */
export interface DoneState {
  readonly name: "done";
  readonly outcome: Outcome;
  readonly look: LookStep;
  /** Why the person's word could not be written down, or another payment not be made under the same key. */
  readonly problem: ConcertError | undefined;
  /** The sale on the screen is paid, and what is shown here is another payment's: it comes back after this. */
  readonly overPaid?: true;
}

/** Where the look at the terminal stands that a "not done" without a clear cause asks for. */
export type LookStep =
  /** The outcome is clear. */
  | "unneeded"
  /** Nothing else happens before a person has said what the terminal shows. */
  | "asked"
  /** The person's word is being written down. */
  | "settling"
  /** It shows no payment. */
  | "confirmed";

/** A payment as far as the element knows it: of one that was "not done" less than the journal does. */
export type KnownPayment = Pick<PaymentEntry, "kind" | "key"> & Partial<PaymentEntry>;

/** A person's word was written down; or the terminal denies what is noted. */
export interface SettledState {
  readonly name: "settled";
  readonly entry: KnownPayment;
  /** What is noted. */
  readonly decision: Decision;
  /** Who decided; `undefined` where the terminal had told it itself, and where the journal alone knows. */
  readonly by: string | undefined;
  /** What the terminal told afterwards, such as `"approved"`, and is not what is noted. */
  readonly contradiction?: string;
}

/** A payment under way. `card-expected`: the terminal holds the request, the customer acts. */
export interface RunningState {
  readonly name: "calling" | "card-expected" | "answered";
  readonly amount: Money;
  /** The wish to cancel was recorded. It changes nothing on the wire. */
  readonly cancelAsked: boolean;
  /** Begun by another button, which is out of the page. */
  readonly elsewhere?: true;
}

export interface BlockedState {
  readonly name: "blocked";
  readonly entry: PaymentEntry;
  readonly step: AskStep;
  /** What the last check brought: `unknown` or `acknowledged`, with a ticket where the terminal gave one. */
  readonly outcome: Outcome | undefined;
  /** Why the last check or decision did not work. */
  readonly problem: ConcertError | undefined;
}

export interface HistoryLostState {
  readonly name: "history-lost";
  readonly entry: HistoryLostEntry;
  readonly step: "asking" | "settling";
  readonly problem: ConcertError | undefined;
}

/** While true the page should not be left, and the way to the terminal not be changed. */
export function isRunning(state: PayState): state is RunningState {
  return state.name === "calling" || state.name === "card-expected" || state.name === "answered";
}

/** A payment of this button's own. */
export function isRunningHere(state: PayState): state is RunningState {
  return isRunning(state) && state.elsewhere !== true;
}

export function hasEnded(state: PayState): state is EndedState {
  return state.name === "done" || state.name === "settled";
}

/** The customer has paid: by the terminal's word, or by a person's who looked at it. */
export function isPaid(state: PayState | undefined): boolean {
  if (state?.name === "settled") return state.decision === "approved";
  return state?.name === "done" && state.outcome.outcome === "approved";
}

/** A person has looked at the terminal, and the payment was not made. */
export function isFoundUnpaid(state: PayState): boolean {
  if (state.name === "settled") return state.decision === "failed";
  return state.name === "done" && state.look === "confirmed";
}

/** True where the Pay button may be there: nothing of an earlier payment is open. */
export function mayPay(state: PayState): boolean {
  switch (state.name) {
    case "idle":
      return true;
    case "error":
      return state.unread !== true;
    case "done":
      return (
        isSettledOutcome(state.outcome) &&
        state.outcome.outcome !== "approved" &&
        state.overPaid !== true &&
        !needsLook(state)
      );
    default:
      return false;
  }
}

/** True where a payment may be begun, though the button for it may not be there yet. */
export function mayBegin(state: PayState): boolean {
  return mayPay(state) || (state.name === "settled" && !isPaid(state) && !isContradicted(state));
}

/** The terminal denies what is noted: whoever is there has to read that. */
export function isContradicted(state: PayState): boolean {
  return state.name === "settled" && state.contradiction !== undefined;
}

/** What is shown may be a payment in doubt: it does not make room because something could not be read. */
export function isDoubtful(state: PayState): boolean {
  return (
    state.name === "blocked" ||
    state.name === "history-lost" ||
    (state.name === "done" && !isSettledOutcome(state.outcome))
  );
}

/** The terminal said "not done" without a clear cause, and nobody has said yet what it shows. */
export function needsLook(state: PayState): boolean {
  return state.name === "done" && (state.look === "asked" || state.look === "settling");
}

export function doneState(outcome: Outcome): DoneState {
  const isAsked = outcome.outcome === "failed" && outcome.checkTerminal;
  return { name: "done", outcome, look: isAsked ? "asked" : "unneeded", problem: undefined };
}

/** The payment that a state is about. */
export function keyOf(state: PayState): string | undefined {
  if (state.name === "done") return state.outcome.key;
  return state.name === "settled" ? state.entry.key : undefined;
}

export function paymentOf({ key = "", action, amount }: Outcome): KnownPayment {
  return {
    kind: "payment",
    key,
    ...(action === "other" ? {} : { action }),
    ...(amount === undefined ? {} : { amount: amount.minorUnits, currency: amount.currency }),
  };
}

/** False for the two outcomes that block until they are settled. */
export function isSettledOutcome({ outcome }: Outcome): boolean {
  return outcome !== "unknown" && outcome !== "acknowledged";
}

/** What an unsettled entry puts on the screen; without one the button is free. */
export function stateOf(entry: JournalEntry | undefined): PayState {
  if (entry === undefined) return { name: "idle" };
  return entry.kind === "payment"
    ? { name: "blocked", entry, step: "found", outcome: undefined, problem: undefined }
    : { name: "history-lost", entry, step: "asking", problem: undefined };
}
