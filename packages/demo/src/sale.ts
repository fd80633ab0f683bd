/**
 * One sale: what is bought, and how its payment stands. Plain data, so that it survives a reload.
 * @module
 */
import { money, type Money } from "@concert-pay/core";
import { CURRENCY, findArticle } from "./articles.ts";
import type { CardPayment } from "./card-payment.ts";

export interface Line {
  readonly article: string;
  readonly quantity: number;
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
  | {
      readonly name: "paid";
      readonly payment: CardPayment;
      /** Charged besides: to be refunded. */
      readonly also?: readonly CardPayment[];
      readonly at: string;
    };

export interface Sale {
  /** Counts the sales of this register. */
  readonly number: number;
  /** Tells this sale from one of the same number after the browser's data were cleared. */
  readonly id: string;
  /** Rises after each payment that certainly failed: each has a key of its own. */
  readonly attempt: number;
  /** Payments of this sale that a person found not made: the terminal may still tell of one. Absent: none. */
  readonly settledByHand?: number;
  /** Earlier attempts that turned out to be paid while this one is under way. Absent: none. */
  readonly earlier?: readonly CardPayment[];
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
export function notBegun(sale: Sale, at: string): Sale {
  return sale.state.name === "paying" ? opened(sale, at) : sale;
}

/** Certainly not paid: the basket is open again, and the next attempt is another payment. */
export function notPaid(sale: Sale, at: string): Sale {
  return sale.state.name === "paid" ? sale : opened({ ...sale, attempt: sale.attempt + 1 }, at);
}

/** Not paid by the word of a person who has looked at the terminal. */
export function foundNotPaid(sale: Sale, at: string): Sale {
  return notPaid({ ...sale, settledByHand: (sale.settledByHand ?? 0) + 1 }, at);
}

/** What is paid stays as it was noted, however often it is told; a second charge is noted besides. */
export function paid(sale: Sale, payment: CardPayment, at: string): Sale {
  const { earlier = [], ...rest } = sale;
  if (sale.state.name !== "paid") {
    const also = earlier.filter(({ key }) => key !== payment.key);
    return { ...rest, state: { name: "paid", payment, ...(also.length === 0 ? {} : { also }), at } };
  }
  const { also = [] } = sale.state;
  const isNoted = [sale.state.payment, ...also].some(({ key }) => key === undefined || key === payment.key);
  return isNoted ? sale : { ...sale, state: { ...sale.state, also: [...also, payment] } };
}

/** An attempt that was given up as not paid has been charged after all. Over a running attempt it waits for the end of that. */
export function paidEarlier(sale: Sale, payment: CardPayment, at: string): Sale {
  if (sale.state.name !== "paying") return paid(sale, payment, at);
  const { earlier = [] } = sale;
  return earlier.some(({ key }) => key === payment.key) ? sale : { ...sale, earlier: [...earlier, payment] };
}

/** Open again, unless an earlier attempt has been paid meanwhile. */
function opened(sale: Sale, at: string): Sale {
  const { earlier: [payment, ...others] = [], ...rest } = sale;
  const open: Sale = { ...rest, state: { name: "open" } };
  return payment === undefined ? open : paid({ ...open, earlier: others }, payment, at);
}
