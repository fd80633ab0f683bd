/**
 * What the terminal shows, and the keys a person can press: for a terminal drawn in a page.
 * @module
 */
import type { FinancialAction } from "@concert-pay/core";
import type { BehaviourChoice } from "./behaviour.ts";

/** The payment on the screen. */
export interface ShownPayment {
  readonly action: FinancialAction;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 digits. */
  readonly currency: string;
  readonly cheque: boolean;
}

export type Screen =
  | { readonly name: "idle" }
  /** Waiting for the customer. `interactive`: a key decides, not a timer. */
  | { readonly name: "card-expected"; readonly payment: ShownPayment; readonly interactive: boolean }
  /** The bank is asked. */
  | { readonly name: "processing"; readonly payment: ShownPayment }
  /** `charged`: money moved. */
  | { readonly name: "result"; readonly payment: ShownPayment; readonly charged: boolean }
  /** Busy with something no register asked for. */
  | { readonly name: "occupied" };

/**
 * `tap` contactless, `insert` chip, `refuse` the bank refuses, `red` the cardholder gives up, `silence` the terminal
 * goes dead with nothing charged, `charge-then-silence` the same after the money moved.
 */
export type Key = "tap" | "insert" | "refuse" | "red" | "silence" | "charge-then-silence";

export const KEY_BEHAVIOURS: Readonly<Record<Key, BehaviourChoice>> = {
  tap: "approve-contactless",
  insert: "approve-contact",
  refuse: "refuse",
  red: "red-key",
  silence: "silence",
  "charge-then-silence": "charge-then-silence",
};
