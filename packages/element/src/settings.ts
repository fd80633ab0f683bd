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

/** The amount to show, or what is wrong with it. No amount, and zero, are simply nothing to pay yet. */
export function readAmount({ amount, currency }: PaymentAttributes): Money | ConcertError | undefined {
  if (amount === undefined || amount.trim() === "") return undefined;
  try {
    const parsed = parseMoney(amount, currency?.trim().toUpperCase() || DEFAULT_CURRENCY);
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
  return line === undefined || line.trim() === "" ? undefined : parseLine(line);
}

/** Below this a customer has not had the time to pay: core refuses it too. */
const SHORTEST_ANSWER_SECONDS = 60;

/** Seconds in HTML, milliseconds everywhere else. @throws ConcertError `BAD_REQUEST` naming `answer-within` */
export function answerWithinMs(seconds: string | undefined): number | undefined {
  if (seconds === undefined || seconds.trim() === "") return undefined;
  const given = Number(seconds);
  if (!Number.isFinite(given) || given < SHORTEST_ANSWER_SECONDS)
    throw badRequest("answer-within", `a number of seconds, at least ${SHORTEST_ANSWER_SECONDS}`, seconds);
  return given * 1_000;
}
