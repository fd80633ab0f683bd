/**
 * What really happened: the money that moved, and every request with its fate. Tests hold the register's word
 * against it.
 * @module
 */
import type { Dialect, FinancialAction, Millis } from "@concert-pay/core";

/** Money that moved. Nothing else is ever in the ledger. */
export interface LedgerEntry {
  /** On the terminal's clock. */
  readonly at: Millis;
  readonly action: FinancialAction;
  /** Minor units really charged (or given back). */
  readonly amount: number;
  /** ISO 4217 digits. */
  readonly currency: string;
  readonly register: string;
  /** CF of the request, or PRIV. */
  readonly reference?: string;
  /** Index of the request in `requests`. */
  readonly request: number;
  /** AC of the answer. */
  readonly authorisation: string;
}

/**
 * `in-progress` the customer has not decided; `charged` / `not-charged` decided; `served` moves no money; `busy`,
 * `malformed`, `refused` answered without a customer; `lost` the terminal was switched off meanwhile.
 */
export type Fate =
  "in-progress" | "charged" | "not-charged" | "served" | "busy" | "malformed" | "refused" | "lost";

export interface RequestRecord {
  readonly index: number;
  readonly at: Millis;
  /** Which connection it came on, counted from 0. */
  readonly connection: number;
  readonly dialect: Dialect;
  /** CD, or TYPE in V2. `undefined` when unreadable. */
  readonly action: string | undefined;
  readonly amount: number | undefined;
  readonly currency: string | undefined;
  readonly register: string | undefined;
  readonly reference: string | undefined;
  /** What the script chose for it. */
  readonly behaviour: string | undefined;
  readonly fate: Fate;
  /** `withheld` on purpose; `undelivered` because the connection was gone. */
  readonly answer: "pending" | "sent" | "withheld" | "undelivered";
}

export const ACTIONS: Readonly<Record<string, FinancialAction>> = {
  "0": "debit",
  "1": "credit",
  "2": "reversal",
};
