/**
 * Requests and answers of both dialects, brought to the few facts that the money rules look at.
 * @module
 */
import { currencyByCode } from "../codec/currencies.ts";
import type { Message, Tag } from "../codec/message.ts";
import type { V2Request, V2Response } from "../codec/v2/types.ts";
import type { FinancialAction } from "../ports/journal.ts";
import type { Money } from "./money.ts";

/** A V3 message decoded, its bare tags, or a decoded V2 request. */
export type JudgedRequest = Message | readonly Tag[] | V2Request;
/** `undefined`: no answer came. */
export type JudgedResponse = Message | readonly Tag[] | V2Response | undefined;

/** What was asked. */
export interface Asked {
  readonly action: FinancialAction | "other";
  readonly amount: Money | undefined;
  readonly currencyDigits: string | undefined;
  readonly register: string | undefined;
  readonly actionCode: string | undefined;
  readonly reference: string | undefined;
  /** BA=1 or A011: the first answer says nothing about the payment. */
  readonly immediate: boolean;
  /** BF=1. */
  readonly partialAllowed: boolean;
}

const ACTIONS: Readonly<Record<string, FinancialAction>> = { "0": "debit", "1": "credit", "2": "reversal" };

export function askedOf(request: JudgedRequest): Asked {
  if (isV2(request)) {
    return {
      action: ACTIONS[request.type] ?? "other",
      amount: moneyOf(request.amount, request.currency),
      currencyDigits: request.currency,
      register: request.register,
      actionCode: request.type,
      reference: undefined,
      immediate: request.delay === "A011",
      partialAllowed: false,
    };
  }
  const get = textOf(request);
  const amount = digitsOf(get("CB"));
  return {
    action: ACTIONS[get("CD") ?? ""] ?? "other",
    amount: amount === undefined ? undefined : moneyOf(amount, get("CE") ?? ""),
    currencyDigits: get("CE"),
    register: get("CA"),
    actionCode: get("CD"),
    reference: get("CF"),
    immediate: get("BA") === "1",
    partialAllowed: get("BF") === "1",
  };
}

export function isV2(message: JudgedRequest | V2Response): message is V2Request | V2Response {
  return "register" in message;
}

/** Reads a tag's text out of a message or a bare list. */
export function textOf(message: Message | readonly Tag[]): (name: string) => string | undefined {
  if ("get" in message) return (name) => message.get(name);
  return (name) => {
    const value = message.find((tag) => tag.name === name)?.value;
    return typeof value === "string" ? value : undefined;
  };
}

/** Minor units from 1 to 12 digits, zero-padded or not; `undefined` for anything else. */
export function digitsOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,12}$/.test(text) ? Number(text) : undefined;
}

/** Register numbers are compared as numbers: PayXpert prints `CA0011` and `CA00201` on one page (protocol.md 12.2). */
export function sameRegister(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  return a === b || (/^\d{1,2}$/.test(a) && /^\d{1,2}$/.test(b) && Number(a) === Number(b));
}

function moneyOf(minorUnits: number, code: string): Money {
  return { minorUnits, currency: currencyByCode(code)?.letters ?? code };
}
