/**
 * From what the application asks to what is sent, V3 and V2 (protocol.md 3.1, 8.1, 11). Everything is checked here,
 * before anything is recorded or sent.
 * @module
 */
import { encodeMessage } from "../codec/tlv.ts";
import type { Tag } from "../codec/message.ts";
import { encodeTicket } from "../codec/ticket.ts";
import { encodeV2Request } from "../codec/v2/request.ts";
import type { V2Request } from "../codec/v2/types.ts";
import { badRequest, ConcertError } from "../errors.ts";
import { maskCardNumbers } from "../mask.ts";
import type { PaymentRequest } from "../terminal-types.ts";
import type { FinancialAction, QuestionAction } from "../ports/journal.ts";
import { knownCurrency, MAX_MINOR_UNITS, money } from "./money.ts";
import type { Dialect, Profile } from "./profile.ts";

export type Action = FinancialAction | QuestionAction;

/** CD of each action (protocol.md 3). */
export const ACTION_CODES: Readonly<Record<Action, string>> = {
  debit: "0",
  credit: "1",
  reversal: "2",
  duplicate: "3",
  identification: "I",
  print: "P",
  status: "T",
  reboot: "R",
  "ctms-status": "C",
};

/** Who asks, and how this terminal wants to be asked. */
export interface Asker {
  readonly register: { readonly number: string; readonly identifier: string };
  readonly dialect: Dialect;
  readonly profile: Profile;
}

/** A request ready to leave: what judge will look at, and its bytes. */
export interface EncodedRequest {
  readonly judged: readonly Tag[] | V2Request;
  readonly data: Uint8Array;
}

/** Printable ASCII: the alphabet of text on the wire (protocol.md 1). */
const PRINTABLE = /^[\x20-\x7e]*$/;

/** @throws ConcertError `BAD_REQUEST` naming `register.number` or `register.identifier` */
export function checkRegister(register: Asker["register"]): void {
  if (typeof register?.number !== "string" || !/^\d{2}$/.test(register.number))
    throw badRequest("register.number", 'two digits, "00" to "99"', register?.number);
  if (typeof register.identifier !== "string" || !/^[0-9A-Z]{12}$/.test(register.identifier))
    throw badRequest("register.identifier", "12 digits or capital letters", register.identifier);
}

/** A financial request. @throws ConcertError `BAD_REQUEST`, `NOT_SUPPORTED` (what V2 cannot say) */
export function encodeFinancial(
  action: FinancialAction,
  request: PaymentRequest,
  asker: Asker,
): EncodedRequest {
  checkPayment(request);
  return asker.dialect === "v3" ? financialV3(action, request, asker) : financialV2(action, request, asker);
}

/** A request that moves no money. @throws ConcertError `NOT_SUPPORTED` in V2, which has none */
export function encodeOther(action: QuestionAction, asker: Asker, more: readonly Tag[] = []): EncodedRequest {
  if (asker.dialect !== "v3")
    throw new ConcertError("NOT_SUPPORTED", `Concert V2 has no ${action}; it exists in V3 only`, {
      field: "dialect",
      reason: "v2",
    });
  return encodeV3([...heading(asker), tag("CD", ACTION_CODES[action]), ...more], asker.profile);
}

/** The ZT of CD=P: text in base64 (protocol.md 6). @throws ConcertError `BAD_REQUEST` naming `text` */
export function printTags(text: string): readonly Tag[] {
  return [encodeTicket({ recipient: "customer", format: "text", text })];
}

/** The CH of CD=T. @throws ConcertError `BAD_REQUEST` naming `reference` */
export function statusTags(reference: string | undefined): readonly Tag[] {
  checkText("reference", reference, 1, 999);
  return reference === undefined ? [] : [tag("CH", reference)];
}

/** CK of a request, `undefined` for none. @throws ConcertError `BAD_REQUEST`, `NOT_SUPPORTED` naming `tickets` */
export function ticketsWanted(tickets: boolean | string | undefined, profile: Profile): string | undefined {
  if (tickets === undefined || tickets === false) return undefined;
  if (tickets !== true && !(typeof tickets === "string" && /^[01][0-2][01]$/.test(tickets)))
    throw badRequest("tickets", 'true, or a CK value such as "120", as text (protocol.md 6)', tickets);
  if (profile.tickets.length === 0)
    throw new ConcertError("NOT_SUPPORTED", `profile ${profile.name} is not known to return tickets`, {
      field: "tickets",
      reason: "profile",
    });
  return tickets === true ? profile.tickets[0] : tickets;
}

function checkPayment(request: PaymentRequest): void {
  if (typeof request !== "object" || request === null)
    throw badRequest("request", "an object with an amount", request);
  const { amount } = request;
  if (typeof amount !== "object" || amount === null)
    throw badRequest("amount", 'Money, such as money(1250, "EUR")', amount);
  money(amount.minorUnits, amount.currency);
  if (amount.minorUnits === 0)
    throw badRequest("amount", `1 to ${MAX_MINOR_UNITS} minor units`, amount.minorUnits);
  checkText("reference", request.reference, 1, 99);
  checkText("privateData", request.privateData, 1, 99);
  checkText("transactionReference", request.transactionReference, 1, 99);
  checkText("linkedTransaction", request.linkedTransaction, 1, 999);
  checkText("key", request.key, 1, 64);
  // The journal masks what could be a card number, and a masked key could be another payment's.
  if (request.key !== undefined && maskCardNumbers(request.key) !== request.key)
    throw badRequest("key", "free of what could be a card number (13 digits or more in a row)", request.key);
  checkText("phone", request.phone, 8, 20);
  checkText("email", request.email, 6, 256);
  const { application } = request;
  if (application !== undefined && !(typeof application === "string" && /^[0-9A-Z]{3}$/.test(application)))
    throw badRequest("application", 'three digits or capitals, such as "00C", as text', application);
  for (const field of ["forceAuthorisation", "acceptPartial", "cardData"] as const)
    if (request[field] !== undefined && typeof request[field] !== "boolean")
      throw badRequest(field, "true or false", request[field]);
  if (request.reference !== undefined && request.privateData !== undefined)
    throw badRequest(
      "privateData",
      "absent where reference is given: both are sent as CF",
      request.privateData,
    );
}

function checkText(field: string, value: string | undefined, min: number, max: number): void {
  if (value === undefined) return;
  if (typeof value !== "string" || value.length < min || value.length > max || !PRINTABLE.test(value))
    throw badRequest(field, `${min} to ${max} printable ASCII characters`, value);
}

const tag = (name: string, value: string): Tag => ({ name, value });

function heading({ register, profile }: Asker): readonly Tag[] {
  return [tag("CZ", profile.version), tag("CJ", register.identifier), tag("CA", register.number)];
}

/** CZ, CJ, CA, CB, CD, CE, then options; no tag that was not asked for (protocol.md 11). */
function financialV3(action: FinancialAction, request: PaymentRequest, asker: Asker): EncodedRequest {
  const { amount } = request;
  const optional = (name: string, value: string | undefined): readonly Tag[] =>
    value === undefined ? [] : [tag(name, value)];
  const tags = [
    ...heading(asker),
    tag("CB", String(amount.minorUnits).padStart(2, "0")),
    tag("CD", ACTION_CODES[action]),
    tag("CE", knownCurrency(amount.currency).digits),
    ...optional("CC", request.application),
    ...optional("CK", ticketsWanted(request.tickets, asker.profile)),
    ...optional("CF", request.reference ?? request.privateData),
    ...optional("CH", request.transactionReference),
    ...optional("BB", request.forceAuthorisation === true ? "1" : undefined),
    ...optional("BF", request.acceptPartial === true ? "1" : undefined),
    ...optional("BH", request.phone),
    ...optional("BI", request.email),
    ...optional("IM", request.linkedTransaction),
  ];
  return encodeV3(tags, asker.profile);
}

function encodeV3(tags: readonly Tag[], profile: Profile): EncodedRequest {
  const refused = tags.find(({ name }) => profile.neverSend.includes(name));
  if (refused !== undefined)
    throw new ConcertError("NOT_SUPPORTED", `profile ${profile.name} never sends ${refused.name}`, {
      field: refused.name === "BF" ? "acceptPartial" : refused.name,
      reason: "profile",
    });
  return { judged: tags, data: encodeMessage(tags) };
}

/** TYPE of each action (protocol.md 8.1). */
const V2_TYPES: Readonly<Record<FinancialAction, string>> = { debit: "0", credit: "1", reversal: "2" };

function financialV2(action: FinancialAction, request: PaymentRequest, asker: Asker): EncodedRequest {
  const only = (field: keyof PaymentRequest): void => {
    if (request[field] === undefined || request[field] === false) return;
    throw new ConcertError("NOT_SUPPORTED", `Concert V2 cannot carry ${field}`, { field, reason: "v2" });
  };
  for (const field of [
    "tickets",
    "phone",
    "email",
    "acceptPartial",
    "transactionReference",
    "linkedTransaction",
  ] as const)
    only(field);
  if (asker.dialect === "v2-e") only("forceAuthorisation");
  const priv = request.reference ?? request.privateData ?? "";
  if (priv.length > 10) {
    const field = request.reference === undefined ? "privateData" : "reference";
    throw badRequest(field, "at most 10 characters in Concert V2 (PRIV)", priv);
  }
  const mode = V2_MODES[request.application ?? "001"];
  if (mode === undefined)
    throw badRequest(
      "application",
      'absent, "001" or "00B" (card) or "00C" (cheque) in Concert V2',
      request.application,
    );
  const fields: V2Request = {
    dialect: asker.dialect === "v2-e" ? "E" : "E+",
    register: asker.register.number,
    amount: request.amount.minorUnits,
    ind: request.cardData === true ? "1" : "0",
    mode,
    type: V2_TYPES[action],
    currency: knownCurrency(request.amount.currency).digits,
    private: priv.padEnd(10, " "),
    ...(asker.dialect === "v2-e"
      ? {}
      : { delay: "A010", auto: request.forceAuthorisation === true ? "B011" : "B010" }),
  };
  return { judged: fields, data: encodeV2Request(fields) };
}

/** MODE of each application that both dialects know (protocol.md 8.1). */
const V2_MODES: Readonly<Record<string, string>> = { "001": "1", "00B": "1", "00C": "C" };
