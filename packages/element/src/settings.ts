/**
 * What the attributes say, checked: the edge where text becomes money and options.
 * @module
 */
import {
  badRequest,
  ConcertError,
  parseLine,
  parseMoney,
  type LineSettings,
  type Money,
  type PaymentRequest,
} from "@concert-pay/core";

/** The attributes of one payment, as written in HTML; `undefined` where absent. */
export interface PaymentAttributes {
  readonly amount: string | undefined;
  readonly currency: string | undefined;
  readonly reference: string | undefined;
  readonly paymentKey: string | undefined;
  readonly tickets: string | undefined;
}

/** CJ sent where none is configured: terminals accept any, and only echo it. */
export const DEFAULT_REGISTER_IDENTIFIER = "012345678901";
export const DEFAULT_REGISTER_NUMBER = "01";
export const DEFAULT_CURRENCY = "EUR";

/**
 * What was given as a property, as it would be written in the attribute: frameworks set numbers. What is neither text nor such a
 * number is left as it is, for whoever checks it to refuse.
 */
export function written(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const isNumber = typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
  return isNumber || typeof value === "bigint" ? String(value) : (value as string);
}

/** A number's point is a decimal sign: "1.234" could be read as thousands, and with one decimal more cannot. */
export function writtenAmount(value: unknown): string | undefined {
  const text = written(value);
  return typeof value === "number" && text !== undefined && typeof text === "string"
    ? text.replace(/\.\d{3}$/, "$&0")
    : text;
}

/** The amount to show, or what is wrong with it. No amount, and zero, are simply nothing to pay yet. */
export function readAmount({ amount, currency }: PaymentAttributes): Money | ConcertError | undefined {
  if (isBlank(amount)) return undefined;
  try {
    const parsed = parseMoney(amount, readCurrency(currency));
    return parsed.minorUnits === 0 ? undefined : parsed;
  } catch (error) {
    if (error instanceof ConcertError) return error;
    throw error;
  }
}

/** The request that `pay()` makes. @throws ConcertError `BAD_REQUEST` naming `amount` or `currency` */
export function readRequest(attributes: PaymentAttributes): PaymentRequest {
  const amount = readAmount(attributes);
  if (amount instanceof ConcertError) throw amount;
  if (amount === undefined)
    throw badRequest("amount", 'an amount above zero, such as "12.50"', attributes.amount);
  const { reference, paymentKey, tickets } = attributes;
  return {
    amount,
    ...(reference === undefined || reference === "" ? {} : { reference }),
    ...(paymentKey === undefined || paymentKey === "" ? {} : { key: paymentKey }),
    // A bare attribute is the customer's ticket; a value is CK (protocol.md section 6).
    ...(tickets === undefined ? {} : { tickets: tickets === "" ? true : tickets }),
  };
}

/** How the serial line is set. @throws ConcertError `BAD_REQUEST` naming `line` */
export function readLine(line: string | undefined): LineSettings | undefined {
  return isBlank(line) ? undefined : parseLine(isText(line) ? line : typeof line);
}

/** Below this a customer has not had the time to pay: core refuses it too. */
const SHORTEST_ANSWER_SECONDS = 60;

/** Seconds in HTML, milliseconds everywhere else. @throws ConcertError `BAD_REQUEST` naming `answer-within` */
export function answerWithinMs(seconds: string | undefined): number | undefined {
  if (isBlank(seconds)) return undefined;
  const given = isText(seconds) ? Number(seconds) : NaN;
  if (!Number.isFinite(given) || given < SHORTEST_ANSWER_SECONDS)
    throw badRequest("answer-within", `a number of seconds, at least ${SHORTEST_ANSWER_SECONDS}`, seconds);
  return given * 1_000;
}

function readCurrency(currency: string | undefined): string {
  if (isBlank(currency)) return DEFAULT_CURRENCY;
  return isText(currency) ? currency.trim().toUpperCase() : typeof currency;
}

function isBlank(text: string | undefined): text is undefined {
  return text === undefined || (isText(text) && text.trim() === "");
}

/** Properties may be anything. */
function isText(value: unknown): boolean {
  return typeof value === "string";
}
