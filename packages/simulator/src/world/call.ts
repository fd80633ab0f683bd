/**
 * One press of Pay, as the world knows it: which requests at the terminal came of it is tracked by the world itself,
 * never read off the wire.
 * @module
 */
import type { FinancialAction } from "@concert-pay/core";

export interface Sale {
  readonly index: number;
  readonly action: FinancialAction;
  /** Minor units. */
  readonly amount: number;
  /** Payments tried for one sale may share the number of the sale. */
  readonly references: "none" | "of the sale" | "of the payment";
  /** Counts the payments tried for it: each has a key of its own. */
  attempt: number;
  done: boolean;
}

export interface Call {
  readonly key: string;
  /** Presses of Pay before it, of all keys. */
  readonly number: number;
  readonly sale: Sale;
  /** Which page pressed. */
  readonly page: string;
  /** Whole financial requests of it that the terminal took. */
  requests: number;
}

export function referenceOf({ references, index, attempt }: Sale): string | undefined {
  if (references === "none") return undefined;
  return references === "of the sale" ? `R-${index}` : `R-${index}-${attempt}`;
}

export function keyOf(sale: Sale): string {
  return `sale-${sale.index}-${sale.attempt}`;
}
