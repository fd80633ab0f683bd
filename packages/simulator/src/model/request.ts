/**
 * What the register asked for, whatever the dialect; and what a real terminal would refuse before it looks at a card.
 * @module
 */
import {
  ConcertError,
  decodeMessage,
  decodeTicket,
  decodeV2Request,
  type Message,
  type V2Request,
} from "@concert-pay/core";
import type { Dialect } from "@concert-pay/core";

/** What was read of a request, enough to echo it. */
export interface ReadRequest {
  readonly dialect: Dialect;
  /** CD; V2: TYPE, whose 0, 1 and 2 mean the same. */
  readonly action: string | undefined;
  readonly register: string | undefined;
  /** CB as it was written. */
  readonly amountText: string | undefined;
  /** Minor units. */
  readonly amount: number | undefined;
  /** ISO 4217 digits. */
  readonly currency: string | undefined;
  /** CF; V2: PRIV without its spaces. */
  readonly reference: string | undefined;
  /** CH. */
  readonly transactionReference: string | undefined;
  /** BA=1, A011: an answer at once, without outcome. */
  readonly immediate: boolean;
  /** CC=00C, MODE C. */
  readonly cheque: boolean;
  /** BF=1. */
  readonly acceptsPartial: boolean;
  /** CK. */
  readonly ticketKind: string | undefined;
  readonly v2: V2Request | undefined;
  /** AF of the refusal: 09 malformed, 12 action unknown (protocol.md 3.1). */
  readonly fault: "09" | "12" | undefined;
}

/** CD of a debit, a credit and a cancellation: the ones that move money. */
export const FINANCIAL: readonly string[] = ["0", "1", "2"];
/** Duplicate, identification, print, status, reboot, CTMS status. */
const SERVICES = ["3", "I", "P", "T", "R", "C"];

const UNREADABLE: Omit<ReadRequest, "dialect"> = {
  action: undefined,
  register: undefined,
  amountText: undefined,
  amount: undefined,
  currency: undefined,
  reference: undefined,
  transactionReference: undefined,
  immediate: false,
  cheque: false,
  acceptsPartial: false,
  ticketKind: undefined,
  v2: undefined,
  fault: "09",
};

/** Never throws: what cannot be read is a request with a fault. */
export function readRequest(dialect: Dialect, data: Uint8Array): ReadRequest {
  try {
    return dialect === "v3" ? fromMessage(decodeMessage(data)) : fromV2(dialect, decodeV2Request(data));
  } catch (error) {
    if (!(error instanceof ConcertError)) throw error;
    return { dialect, ...UNREADABLE };
  }
}

function fromMessage(message: Message): ReadRequest {
  const get = (name: string): string | undefined => message.get(name);
  const amountText = get("CB");
  const action = get("CD");
  return {
    dialect: "v3",
    action,
    register: get("CA"),
    amountText,
    amount: amountText !== undefined && /^\d{1,12}$/.test(amountText) ? Number(amountText) : undefined,
    currency: get("CE"),
    reference: get("CF"),
    transactionReference: get("CH"),
    immediate: get("BA") === "1",
    cheque: get("CC") === "00C",
    acceptsPartial: get("BF") === "1",
    ticketKind: get("CK"),
    v2: undefined,
    fault: faultOf(message, action),
  };
}

/** As the simulator of akretion/caisse-ap-ip: a compulsory tag missing is AF=09, an action unknown AF=12. */
function faultOf(message: Message, action: string | undefined): "09" | "12" | undefined {
  const has = (name: string, pattern: RegExp): boolean => pattern.test(message.get(name) ?? "");
  const heading = has("CZ", /^\d{4}$/) && has("CJ", /./s) && has("CA", /^\d{1,2}$/) && has("CD", /^.$/s);
  // A tag appears once (protocol.md 1): two requests run together must not pass for one.
  const repeated = message.warnings.some(({ code }) => code === "repeated");
  if (!heading || repeated || message.tags[0]?.name !== "CZ") return "09";
  if (action === "P") return printable(message) ? undefined : "09";
  if (action !== undefined && SERVICES.includes(action)) return undefined;
  if (action === undefined || !FINANCIAL.includes(action)) return "12";
  if (!has("CB", /^\d{1,12}$/) || Number(message.get("CB")) === 0 || !has("CE", /^\d{3}$/)) return "09";
  return undefined;
}

/** Something to print is given, and can be read (protocol.md 3.1). */
function printable({ tags }: Message): boolean {
  const tickets = tags.filter(({ name }) => name === "ZT");
  try {
    return tickets.length > 0 && tickets.every((ticket) => decodeTicket(ticket).text !== "");
  } catch (error) {
    if (error instanceof ConcertError) return false;
    throw error;
  }
}

function fromV2(dialect: Dialect, request: V2Request): ReadRequest {
  const reference = request.private.trim();
  const known = request.amount > 0 && request.dialect === (dialect === "v2-e" ? "E" : "E+");
  return {
    dialect,
    action: request.type,
    register: request.register,
    amountText: String(request.amount).padStart(8, "0"),
    amount: request.amount,
    currency: request.currency,
    reference: reference === "" ? undefined : reference,
    transactionReference: undefined,
    immediate: request.delay === "A011",
    cheque: request.mode === "C",
    acceptsPartial: false,
    ticketKind: undefined,
    v2: request,
    fault: !known ? "09" : FINANCIAL.includes(request.type) ? undefined : "12",
  };
}
