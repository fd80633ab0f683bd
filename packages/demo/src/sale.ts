/**
 * One sale: what is bought, and how its payment stands. Plain data, so that it survives a reload.
 * @module
 */
import { money, type Money, type Ticket } from "@concert-pay/core";
import { CURRENCY, findArticle } from "./articles.ts";

export interface Line {
  readonly article: string;
  readonly quantity: number;
}

/** How it was paid. `by`: a person decided, after looking at the terminal. */
export interface CardPayment {
  readonly chargedCents: number;
  readonly authorisation?: string;
  readonly by?: string;
  readonly tickets: readonly Ticket[];
}

/** The terminal a payment was begun on. */
export interface TerminalChoice {
  readonly way: "page" | "bridge" | "serial";
  readonly bridge: string;
  readonly profile: string;
}

export type SaleState =
  | { readonly name: "open" }
  /**
   * A payment was begun and has not ended for certain: the basket stays as it is, and so does the way to the terminal,
   * on which the payment may have been charged.
   */
  | { readonly name: "paying"; readonly terminal: TerminalChoice }
  | { readonly name: "paid"; readonly payment: CardPayment; readonly at: string };

export interface Sale {
  /** Counts the sales of this register. */
  readonly number: number;
  /** Tells this sale from one of the same number after the browser's data were cleared. */
  readonly id: string;
  /** Rises after each payment that certainly failed: each has a key of its own. */
  readonly attempt: number;
  /** Payments of this sale that a person found not made: the terminal may still tell of one. Absent: none. */
  readonly settledByHand?: number;
  readonly lines: readonly Line[];
  readonly state: SaleState;
}

const MOST_OF_ONE = 99;

export function newSale(number: number, id: string, lines: readonly Line[] = []): Sale {
  return { number, id, attempt: 1, lines, state: { name: "open" } };
}

export function totalOf({ lines }: Sale): Money {
  const cents = lines.reduce((sum, line) => sum + line.quantity * (findArticle(line.article)?.cents ?? 0), 0);
  return money(cents, CURRENCY);
}

/** Adds to the quantity of an article; at 0 the line is gone. Only an open sale changes. */
export function addToSale(sale: Sale, article: string, more: number): Sale {
  if (sale.state.name !== "open" || findArticle(article) === undefined) return sale;
  const known = sale.lines.some((line) => line.article === article);
  const lines = known ? sale.lines : [...sale.lines, { article, quantity: 0 }];
  const changed = lines.map((line) =>
    line.article === article ? { ...line, quantity: Math.min(MOST_OF_ONE, line.quantity + more) } : line,
  );
  return { ...sale, lines: changed.filter((line) => line.quantity > 0) };
}

/** What the sale is called, on the screen and on the receipt. */
export function numberOf({ number }: Sale): string {
  return `T${String(number).padStart(4, "0")}`;
}

/** CF of the payment. Another one after a person's decision: then a late answer to the payment before is told apart. */
export function referenceOf(sale: Sale): string {
  const { settledByHand = 0 } = sale;
  return settledByHand === 0 ? numberOf(sale) : `${numberOf(sale)}-${settledByHand + 1}`;
}

/** The journal's name for this attempt: pressing Pay again before it has failed for certain charges nothing. */
export function keyOf({ id, attempt }: Sale): string {
  return `sale-${id}-${attempt}`;
}

export function isOf(sale: Sale, key: string | undefined): boolean {
  return key !== undefined && key === keyOf(sale);
}

/** A payment of this sale that was not made, as far as was known then. */
export function isEarlierAttemptOf({ id, attempt }: Sale, key: string | undefined): boolean {
  const number = /^sale-(.+)-(\d+)$/.exec(key ?? "");
  return number?.[1] === id && Number(number[2]) < attempt;
}

export function begun(sale: Sale, terminal: TerminalChoice): Sale {
  return sale.state.name === "open" ? { ...sale, state: { name: "paying", terminal } } : sale;
}

/** Nothing was sent: the same attempt may be made again. */
export function notBegun(sale: Sale): Sale {
  return sale.state.name === "paying" ? { ...sale, state: { name: "open" } } : sale;
}

/** Certainly not paid: the basket is open again, and the next attempt is another payment. */
export function notPaid(sale: Sale): Sale {
  return { ...sale, attempt: sale.attempt + 1, state: { name: "open" } };
}

/** Not paid by the word of a person who has looked at the terminal. */
export function foundNotPaid(sale: Sale): Sale {
  return { ...notPaid(sale), settledByHand: (sale.settledByHand ?? 0) + 1 };
}

export function paid(sale: Sale, payment: CardPayment, at: string): Sale {
  return { ...sale, state: { name: "paid", payment, at } };
}
