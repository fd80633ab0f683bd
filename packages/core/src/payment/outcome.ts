/**
 * What became of a payment. Declines are values, doubt is a value too; only a payment that certainly never began
 * is an error.
 * @module
 */
import type { Ticket } from "../codec/ticket.ts";
import type { FinancialAction } from "../ports/journal.ts";
import type { Money } from "./money.ts";

/** Why, in the terminal's words (AF) or ours. */
export interface Reason {
  /** AF, first two characters; `undefined` where the answer has none. */
  readonly code: string | undefined;
  readonly fr: string;
  readonly en: string;
}

/** What the answer said beside the verdict. Nothing here decides anything. */
export interface Evidence {
  /** AC. Present on refusals too: never proof of payment. */
  readonly authorisation?: string;
  /** CC. */
  readonly application?: string;
  /** CI. */
  readonly reading?: string;
  /** AA or REP, masked. */
  readonly pan?: string;
  /** CG. */
  readonly contract?: string;
  /** AI. */
  readonly aid?: string;
  /** AC..., as `NAME=value`, masked, in the order received; the whole answer for support. */
  readonly answer: readonly string[];
  readonly tickets: readonly Ticket[];
  /** Warnings of the decoder, in words. */
  readonly warnings: readonly string[];
  /** What came and was no answer to this payment, masked, as Latin-1 text cut to 512 characters. */
  readonly unread?: string;
}

interface OutcomeBase {
  /** Filled by `Terminal`; absent from a bare `judge`. */
  readonly key?: string;
  readonly action: FinancialAction | "other";
  /** Asked for. */
  readonly amount?: Money;
  readonly evidence: Evidence;
  /**
   * True when the outcome stands but could not be written to the journal. It is retried before the next payment,
   * unless the page has lost the terminal to another one: then the journal says what that one made of it.
   */
  readonly unrecorded?: boolean;
  /**
   * Of a recorded outcome: what the terminal has told since and says otherwise, such as `"approved"`. Never applied by
   * itself; a person must be told before the sale is paid again.
   */
  readonly contradiction?: string;
}

/** AE=10, echoes equal, nothing contradicts: the money moved. */
export interface Approved extends OutcomeBase {
  readonly outcome: "approved";
  /** What was really charged; lower than `amount` only when `partial`. */
  readonly charged: Money;
  readonly partial: boolean;
}
/** AE=01 with AF 04 or 05: refused, not charged. */
export interface Declined extends OutcomeBase {
  readonly outcome: "declined";
  readonly reason: Reason;
}
/** AE=01 with AF 06, 08 or 11: given up, not charged. */
export interface Abandoned extends OutcomeBase {
  readonly outcome: "abandoned";
  readonly reason: Reason;
}
/** AE=01 with any other AF or none, V2 STAT 7: the terminal says "not done". Does not block. */
export interface Failed extends OutcomeBase {
  readonly outcome: "failed";
  readonly reason: Reason;
  /** The cause is unclear: the cashier looks at the terminal before going on. */
  readonly checkTerminal: boolean;
  /** The answer came so fast that the terminal was probably busy with something else. */
  readonly busy: boolean;
}
/**
 * Taken into account, never paid: AE=11, V2 STAT 9, any first answer to BA=1. Blocks. A final answer may follow on the same
 * connection (protocol.md 12.7), so this comes when that hangs up, or when the time for an answer is over.
 */
export interface Acknowledged extends OutcomeBase {
  readonly outcome: "acknowledged";
  readonly reason: Reason;
}
/** Everything else from the first byte on. Blocks until settled. */
export interface Unknown extends OutcomeBase {
  readonly outcome: "unknown";
  /**
   * `silence` no answer in time; `cut` half an answer; `closed` the terminal hung up without one; `lost` the
   * connection was lost; `malformed` / `oversize` unreadable; `contradiction` the answer denies itself or the
   * request; `status` AE missing or not known; `restarted` the register was restarted meanwhile.
   */
  readonly doubt: Doubt;
  readonly reason: Reason;
}
export type Doubt =
  | "silence"
  | "cut"
  | "closed"
  | "lost"
  | "malformed"
  | "oversize"
  | "contradiction"
  | "status"
  | "unacknowledged"
  | "restarted";

export type Outcome = Approved | Declined | Abandoned | Failed | Acknowledged | Unknown;
