/**
 * What of an entry is written down: an allow-list, masked. Card data never reaches the disk (pitfall 14).
 * @module
 */
import {
  ConcertError,
  maskCardNumbers,
  type EntryTimes,
  type HistoryLostEntry,
  type JournalRecord,
  type PaymentEntry,
  type QuestionEntry,
  type SettledBy,
} from "@concert-pay/core";

/** Longest text kept of one field, in UTF-16 units. Names are refused beyond it, other texts cut. */
const LONGEST_TEXT = 512;
/** CB holds 12 digits. */
const LARGEST_AMOUNT = 999_999_999_999;

/**
 * A card number in a name. Groups count only where no letter or hyphen adjoins: else one random UUID in two hundred
 * would be taken for one.
 */
const CARD_IN_NAME =
  /\d{13}|(?<![\da-f-])(?:\d{4}(?:[ -]\d{4}){2}[ -]\d{1,7}|\d{4}[ -]\d{6}[ -]\d{5})(?![\da-f-])/i;

const ACTIONS = ["debit", "credit", "reversal"] as const;
const QUESTIONS = ["duplicate", "identification", "print", "status", "reboot", "ctms-status"] as const;
const STATES = ["intended", "sending", "unknown", "settled"] as const;
const RIVALS = ["same", "other"] as const;
const OUTCOMES = ["approved", "declined", "abandoned", "failed", "not-sent"] as const;
const ANSWERS = ["answer", "resumed", "late", "status"] as const;
const TEXTS = [
  "reference",
  "doubt",
  "authorisation",
  "application",
  "reading",
  "pan",
  "contradiction",
] as const;

/**
 * The payload of a record: JSON of the fields of `PaymentEntry`, `HistoryLostEntry` or `QuestionEntry` and no others.
 * @throws ConcertError `JOURNAL_FAILED`, `reason: "bad-entry"`, naming the field that cannot be kept
 */
export function entryPayload(entry: JournalRecord): string {
  const payload = JSON.stringify(allowedFields(entry));
  // The last word: no field may have put a card number in, in any way.
  if (/\d{13}/.test(payload)) throw badEntry("entry", "free of runs of 13 or more digits");
  return payload;
}

/** The entry of a payload, frozen: whoever reads the journal shares it. `undefined` where it is none. */
export function parsePayload(payload: string): JournalRecord | undefined {
  try {
    return frozen(allowedFields(JSON.parse(payload) as JournalRecord));
  } catch {
    return undefined;
  }
}

function frozen(entry: JournalRecord): JournalRecord {
  Object.freeze(entry.times);
  if (entry.kind !== "question") Object.freeze(entry.settledBy);
  return Object.freeze(entry);
}

function allowedFields(entry: JournalRecord): JournalRecord {
  if (typeof entry !== "object" || entry === null) throw badEntry("entry", "an object");
  if (entry.kind === "payment") return paymentFields(entry);
  if (entry.kind === "history-lost") return historyLostFields(entry);
  if (entry.kind === "question") return questionFields(entry);
  throw badEntry("kind", `"payment", "history-lost" or "question"`);
}

function paymentFields(entry: PaymentEntry): PaymentEntry {
  const texts: { [name in (typeof TEXTS)[number]]?: string } = {};
  for (const name of TEXTS) if (entry[name] !== undefined) texts[name] = text(name, entry[name]);
  return {
    kind: "payment",
    key: identity("key", entry.key),
    action: oneOf("action", ACTIONS, entry.action),
    amount: amount("amount", entry.amount),
    currency: text("currency", entry.currency),
    register: text("register", entry.register),
    terminal: identity("terminal", entry.terminal),
    exchange: identity("exchange", entry.exchange),
    dialect: text("dialect", entry.dialect),
    state: oneOf("state", STATES, entry.state),
    times: times(entry.times),
    ...texts,
    ...(entry.outcome === undefined ? {} : { outcome: oneOf("outcome", OUTCOMES, entry.outcome) }),
    ...(entry.settledBy === undefined ? {} : { settledBy: settledBy(entry.settledBy) }),
    ...(entry.cancelRequested === undefined
      ? {}
      : { cancelRequested: time("cancelRequested", entry.cancelRequested) }),
    ...(entry.rival === undefined ? {} : { rival: oneOf("rival", RIVALS, entry.rival) }),
    ...(entry.checkTerminal === true ? { checkTerminal: true } : {}),
    ...(entry.charged === undefined ? {} : { charged: amount("charged", entry.charged) }),
  };
}

function historyLostFields(entry: HistoryLostEntry): HistoryLostEntry {
  return {
    kind: "history-lost",
    key: identity("key", entry.key),
    reason: text("reason", entry.reason),
    state: oneOf("state", ["unknown", "settled"] as const, entry.state),
    times: times(entry.times),
    ...(entry.settledBy === undefined ? {} : { settledBy: settledBy(entry.settledBy) }),
  };
}

function questionFields(entry: QuestionEntry): QuestionEntry {
  return {
    kind: "question",
    key: identity("key", entry.key),
    action: oneOf("action", QUESTIONS, entry.action),
    terminal: identity("terminal", entry.terminal),
    state: oneOf("state", ["sending", "settled"] as const, entry.state),
    times: times(entry.times),
  };
}

/** Free text: masked, cut. Control characters and lone surrogates go: JSON writes them with digits. */
function text(field: string, value: unknown): string {
  if (typeof value !== "string") throw badEntry(field, "a string");
  return maskCardNumbers(value.replace(/[\p{Cc}\p{Cs}]/gu, " "))
    .slice(0, LONGEST_TEXT)
    .replace(/\p{Cs}$/u, "");
}

/**
 * A name by which something is found again: masking it would make two names one, and a payment unfindable under its
 * key. So it is kept as it is, or refused.
 */
function identity(field: string, value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > LONGEST_TEXT)
    throw badEntry(field, `a string of 1 to ${LONGEST_TEXT} characters`);
  if (CARD_IN_NAME.test(value))
    throw badEntry(field, "free of what may be a card number: 13 digits or more in a row");
  if (/[\p{Cc}\p{Cs}]/u.test(value)) throw badEntry(field, "free of control characters");
  return value;
}

function amount(field: string, value: unknown): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > LARGEST_AMOUNT)
    throw badEntry(field, `an integer from 0 to ${LARGEST_AMOUNT}`);
  return value;
}

function time(field: string, value: unknown): string {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(value))
    throw badEntry(field, "a time in ISO 8601, UTC");
  return value;
}

function times(value: unknown): EntryTimes {
  if (typeof value !== "object" || value === null) throw badEntry("times", "an object");
  const found = value as EntryTimes;
  return Object.fromEntries(
    STATES.filter((state) => found[state] !== undefined).map((state) => [
      state,
      time(`times.${state}`, found[state]),
    ]),
  );
}

function settledBy(value: SettledBy): SettledBy {
  const by: unknown = value?.by;
  if (value.by === "terminal") return { by: "terminal", how: oneOf("settledBy.how", ANSWERS, value.how) };
  if (value.by === "person") return { by: "person", who: text("settledBy.who", value.who) };
  if (by === "register") return { by: "register" };
  throw badEntry("settledBy.by", `"terminal", "register" or "person"`);
}

function oneOf<const T extends string>(field: string, allowed: readonly T[], value: unknown): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) throw badEntry(field, `one of ${allowed.join(", ")}`);
  return found;
}

function badEntry(field: string, rule: string): ConcertError {
  return new ConcertError("JOURNAL_FAILED", `the journal cannot keep this entry: ${field} must be ${rule}`, {
    field,
    rule,
    reason: "bad-entry",
  });
}
