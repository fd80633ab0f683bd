/**
 * Whose answer is this? A message that no running exchange waits for settles the payment it belongs to and no other
 * (protocol.md 7.6, pitfalls 1 and 11). In doubt it belongs to nobody.
 * @module
 */
import type { V2Response } from "../codec/v2/types.ts";
import type { PaymentEntry, QuestionAction, Rival } from "../ports/journal.ts";
import { knownCurrency } from "./money.ts";
import { maskCardNumbers } from "../mask.ts";
import { ACTION_CODES } from "./request.ts";
import {
  askedOf,
  digitsOf,
  isV2,
  sameRegister,
  textOf,
  type Asked,
  type JudgedRequest,
  type JudgedResponse,
} from "./facts.ts";
import type { V2Request } from "../codec/v2/types.ts";
import type { Tag } from "../codec/message.ts";

const NO_CURRENCY = "000";

/** How an answer's echoes stand to a request: every one present agrees, one denies it, or none says anything. */
export type Fit = "agrees" | "denies" | "silent";

/**
 * Compares what the answer echoes with what was asked: register, action, amount, currency, reference.
 * `agrees` needs the amount: without it an answer could be to anything.
 */
export function fit(
  request: JudgedRequest,
  response: Exclude<JudgedResponse, undefined>,
  reference?: string,
): Fit {
  const asked = askedOf(request);
  if (isV2(response)) {
    const answer = response as V2Response;
    const sameAmount = asked.amount?.minorUnits === answer.amount;
    const silent = answer.amount === 0 && !sameAmount;
    const same =
      sameRegister(asked.register, answer.register) &&
      (asked.currencyDigits === answer.currency || answer.currency === NO_CURRENCY) &&
      (sameAmount || silent);
    if (!same) return "denies";
    return silent ? "silent" : "agrees";
  }
  const get = textOf(response);
  // Zeros stand for nothing: no request is for an amount of nothing.
  const amount = digitsOf(get("CB")) || undefined;
  const currency = get("CE") === NO_CURRENCY ? undefined : get("CE");
  const denied =
    (get("CA") !== undefined && !sameRegister(asked.register, get("CA"))) ||
    (get("CD") !== undefined && get("CD") !== asked.actionCode) ||
    (currency !== undefined && currency !== asked.currencyDigits) ||
    (amount !== undefined && amount !== asked.amount?.minorUnits && !isPartOf(amount, asked));
  if (denied) return "denies";
  // CF of an answer may be the terminal's own data (protocol.md 2.3), so another one denies nothing by itself.
  const echoed = get("CF");
  if (reference !== undefined && echoed !== undefined && maskCardNumbers(echoed) === reference)
    return "agrees";
  return amount === undefined || get("CD") === undefined ? "silent" : "agrees";
}

/** It tells of a part of what was asked, where a part may be charged: so might the answer to a smaller payment. */
export function isPart(request: JudgedRequest, response: Exclude<JudgedResponse, undefined>): boolean {
  return !isV2(response) && isPartOf(digitsOf(textOf(response)("CB")) ?? 0, askedOf(request));
}

function isPartOf(amount: number, { amount: whole, partialAllowed }: Asked): boolean {
  return partialAllowed && whole !== undefined && amount < whole.minorUnits;
}

/**
 * True where the answer echoes exactly this reference, so that it cannot be to another payment. In CF or PRIV, which
 * payments carry it in: CH would be the echo of a status query's own question.
 */
export function echoesReference(
  response: Exclude<JudgedResponse, undefined>,
  reference: string | undefined,
): boolean {
  if (reference === undefined) return false;
  if (isV2(response)) {
    const echo = privateText(response as V2Response);
    return echo !== undefined && maskCardNumbers(echo) === reference.trimEnd();
  }
  const echo = textOf(response)("CF");
  return echo !== undefined && maskCardNumbers(echo) === reference;
}

/** PRIV as far as it says anything: unused it is blanks, or zeros (protocol.md 8.1 and 8.2). */
function privateText({ private: text }: V2Response): string | undefined {
  return /^[ 0]*$/.test(text) ? undefined : text.trimEnd();
}

/** True where the answer echoes the reference of one of these payments, and not `own`. */
export function namesAnother(
  response: Exclude<JudgedResponse, undefined>,
  own: string | undefined,
  others: readonly PaymentEntry[],
): boolean {
  if (echoesReference(response, own)) return false;
  return others.some(({ reference }) => echoesReference(response, reference));
}

/** The request that an entry stands for, as far as judging needs it. */
export function requestOf(entry: PaymentEntry): readonly Tag[] | V2Request {
  const currency = knownCurrency(entry.currency).digits;
  if (entry.dialect === "v3")
    return [
      { name: "CA", value: entry.register },
      { name: "CB", value: String(entry.amount).padStart(2, "0") },
      { name: "CD", value: ACTION_CODES[entry.action] },
      { name: "CE", value: currency },
    ];
  return {
    dialect: entry.dialect === "v2-e" ? "E" : "E+",
    register: entry.register,
    amount: entry.amount,
    ind: "0",
    mode: "1",
    type: ACTION_CODES[entry.action],
    currency,
    private: " ".repeat(10),
  };
}

/**
 * Whose answer could pass for that to `entry` on a shared line: a payment settled less than `withinMs` ago, and by
 * other means than its own answer. That may still come, and where it echoes no reference only the amount tells the two
 * apart; with `"same"` not even that (docs/decisions/002).
 *
 * @param sinceSettled how long ago a payment was settled, in milliseconds
 */
export function rivalOf(
  entry: PaymentEntry,
  others: readonly PaymentEntry[],
  withinMs: number,
  sinceSettled: (other: PaymentEntry) => number,
): Rival | undefined {
  const rivals = others.filter(
    (other) =>
      other.key !== entry.key &&
      answerMayStillCome(other) &&
      other.times.sending !== undefined &&
      sinceSettled(other) < withinMs,
  );
  if (rivals.some((other) => isSameRequest(entry, other))) return "same";
  return rivals.length > 0 ? "other" : undefined;
}

/** Nothing that an answer echoes, beside a reference, tells the two requests apart. */
export function isSameRequest(
  { register, action, amount, currency, dialect }: PaymentEntry,
  other: PaymentEntry,
): boolean {
  return (
    other.register === register &&
    // No answer of Concert V2 says to which action it is (protocol.md section 8.2).
    (other.action === action || dialect !== "v3") &&
    other.amount === amount &&
    other.currency === currency
  );
}

/** Settled by a person, or by a status the terminal was asked for: not by the answer to the request itself. */
function answerMayStillCome({ settledBy }: PaymentEntry): boolean {
  return settledBy?.by === "person" || (settledBy?.by === "terminal" && settledBy.how === "status");
}

/**
 * What else an answer could be to, beside a payment: nothing; a question whose answer may bear no echo; one whose
 * answer may tell of a payment (CD=T), so that only its reference tells which; or a duplicate (CD=3), whose answer can
 * look like any payment's and whose AE is about the duplicate.
 */
export type AnswerDoubt = "none" | "silent" | "unnamed" | "all";

/** @param owed questions whose answer may still come */
export function doubtOf(owed: readonly QuestionAction[]): AnswerDoubt {
  if (owed.includes("duplicate")) return "all";
  if (owed.includes("status")) return "unnamed";
  return owed.length > 0 ? "silent" : "none";
}

/**
 * The one payment a late answer belongs to.
 *
 * @param candidates payments of this terminal whose outcome the terminal has not told: unsettled, or settled by a
 *   person
 * @param lastPayment key of the payment that the last request sent on this line was for, if it was one
 * @param told payments whose outcome the terminal has told: an answer that names one of them is told again, and is
 *   to none of the candidates, however well it fits
 * @returns `undefined` when no payment fits, or more than one
 */
export function ownerOf(
  response: Exclude<JudgedResponse, undefined>,
  candidates: readonly PaymentEntry[],
  lastPayment: string | undefined,
  told: readonly PaymentEntry[] = [],
  doubt: AnswerDoubt = "none",
): PaymentEntry | undefined {
  if (doubt === "all") return undefined;
  if (told.some((entry) => echoesReference(response, entry.reference))) return undefined;
  const fitting = candidates.map((entry) => ({
    entry,
    fit: fit(requestOf(entry), response, entry.reference),
  }));
  const named = fitting.filter(
    ({ entry, fit }) => fit !== "denies" && echoesReference(response, entry.reference),
  );
  if (named.length === 1) return named[0]?.entry;
  if (doubt === "unnamed") return undefined;
  const agreeing = fitting.filter(({ fit }) => fit === "agrees");
  if (agreeing.length === 1) return agreeing[0]?.entry;
  // No amount in the answer (the red key, protocol.md 10.2): only the request sent last can be meant.
  const silent = fitting.filter(({ entry, fit }) => fit === "silent" && entry.key === lastPayment);
  return doubt === "none" && agreeing.length === 0 && silent.length === 1 ? silent[0]?.entry : undefined;
}
