/**
 * From a plan to the bytes of an answer, V3 and V2 (protocol.md 3.1 and 8.2).
 * @module
 */
import { encodeMessage, encodeV2Response, type Tag } from "@concert-pay/core";
import type { AnswerPlan, Card } from "./behaviour.ts";
import type { ReadRequest } from "./request.ts";
import { spoil } from "./spoil.ts";
import { ticketsFor, ticketTags } from "./tickets.ts";

/** What the terminal says of itself. */
export interface TerminalIdentity {
  /** CZ of answers; may differ from the request's (protocol.md 2.3). */
  readonly version: string;
  /** CJ of answers: a real Ingenico returns its own (protocol.md 2.3). */
  readonly identifier: string;
}

/** What became known while the request was handled. */
export interface AnswerFacts {
  /** What was charged, where money moved. */
  readonly charged: number | undefined;
  /** AC. */
  readonly authorisation: string | undefined;
}

interface CardTags {
  readonly application: string;
  readonly reading?: string;
  readonly aid?: string;
  /** Masked as seen in the field (protocol.md 2.1). */
  readonly pan?: string;
}

const CARDS: Readonly<Record<Card, CardTags>> = {
  contact: { application: "001", reading: "1", aid: "A0000000421010", pan: "497010######1234" },
  contactless: { application: "00B", reading: "2", aid: "A0000000421010", pan: "497010######1234" },
  amex: { application: "002", reading: "1", aid: "A00000002501", pan: "374201#####1004" },
  // The simulator of akretion/caisse-ap-ip adds no card tags to a cheque.
  cheque: { application: "00C" },
};

/** A number for tests: 16 digits, never issued. */
export const TEST_CARD_NUMBER = "4970101234561234";

/** The whole answer, as `plan` has it. */
export function composeAnswer(
  plan: AnswerPlan,
  request: ReadRequest,
  facts: AnswerFacts,
  identity: TerminalIdentity,
): Uint8Array {
  if (request.dialect !== "v3") return composeV2(plan, request, facts);
  const tags = answerTags(plan, request, facts, identity);
  const bytes = encodeMessage(tags, { strict: false });
  return plan.spoilt === undefined ? bytes : spoil(plan.spoilt, bytes);
}

/** The tags of an answer, in the order of published samples. */
export function answerTags(
  plan: AnswerPlan,
  request: ReadRequest,
  facts: AnswerFacts,
  identity: TerminalIdentity,
): readonly Tag[] {
  const { status, reason, other } = plan;
  const card = cardOf(plan, request);
  const done = status === "10";
  const amount = amountOf(plan, request, facts);
  const tags: Tag[] = [
    { name: "CZ", value: identity.version },
    { name: "CJ", value: identity.identifier },
    ...text("CA", other === "register" ? otherThan(request.register, "99", "98") : request.register),
    ...text("CB", amount),
    ...text("CD", other === "action" ? otherThan(request.action, "1", "0") : request.action),
    ...text("CE", other === "currency" ? otherThan(request.currency, "840", "978") : request.currency),
    ...text("AE", status),
    ...text("AF", reason),
    ...text("AC", facts.authorisation),
    ...(card === undefined ? [] : cardTags(card, plan.wholeCardNumber === true)),
    ...text("CF", request.reference),
    ...text("CH", request.transactionReference),
  ];
  if (plan.unknownTags === true)
    tags.push({ name: "QX", value: "1" }, { name: "YZ", value: "not in any text" });
  if (plan.repeated === "same")
    tags.push(...text("AE", status), ...text("CB", amount), ...text("CE", request.currency));
  if (plan.repeated === "contradicting") tags.push({ name: "AE", value: "01" });
  const ticketFacts = {
    amount: facts.charged ?? request.amount,
    currency: request.currency,
    done,
    authorisation: facts.authorisation,
    maskedCard: card?.pan,
  };
  return [...tags, ...ticketTags(plan.tickets ?? ticketsFor(request.ticketKind), ticketFacts)];
}

function cardOf(plan: AnswerPlan, request: ReadRequest): CardTags | undefined {
  if (plan.card === undefined) return undefined;
  return CARDS[request.cheque ? "cheque" : plan.card];
}

function cardTags(card: CardTags, whole: boolean): readonly Tag[] {
  return [
    { name: "CC", value: card.application },
    ...text("CI", card.reading),
    ...text("AI", card.aid),
    ...text("AA", whole ? TEST_CARD_NUMBER : card.pan),
    ...(card.pan === undefined || whole ? [] : [{ name: "AL", value: "1" }]),
    { name: "CG", value: "1234567" },
  ];
}

function amountOf(plan: AnswerPlan, request: ReadRequest, facts: AnswerFacts): string | undefined {
  switch (plan.amount) {
    case "absent":
      return undefined;
    case "lower":
    case "higher":
      return String(facts.charged ?? request.amount ?? 0).padStart(2, "0");
    case "zero-padded":
      return request.amountText?.padStart(12, "0");
    default:
      return request.amountText;
  }
}

/** STAT of each status (protocol.md 8.2). */
const STATS: ReadonlyMap<string | undefined, string> = new Map([
  ["10", "0"],
  ["01", "7"],
  ["11", "9"],
]);

function composeV2(plan: AnswerPlan, request: ReadRequest, facts: AnswerFacts): Uint8Array {
  const { v2 } = request;
  const amount = plan.amount === "absent" ? 0 : (facts.charged ?? request.amount ?? 0);
  const pan = plan.wholeCardNumber === true ? TEST_CARD_NUMBER : (cardOf(plan, request)?.pan ?? "");
  const bytes = encodeV2Response({
    register: plan.other === "register" ? otherThan(v2?.register, "99", "98") : (v2?.register ?? "00"),
    stat: STATS.get(plan.status) ?? "5",
    amount: Math.min(amount, 99_999_999),
    mode: v2?.mode.replace(/[^ -~]/g, "1") ?? "1",
    // REP comes where IND asked for it: the card number first, then spaces (protocol.md 8.2).
    ...(v2?.ind === "1" ? { rep: pan.padEnd(55, " ") } : {}),
    currency: plan.other === "currency" ? otherThan(v2?.currency, "840", "978") : (v2?.currency ?? "978"),
    private: v2?.private.replace(/[^ -~]/g, " ") ?? " ".repeat(10),
  });
  return plan.spoilt === undefined ? bytes : spoil(plan.spoilt, bytes);
}

function text(name: string, value: string | undefined): readonly Tag[] {
  return value === undefined || value === "" ? [] : [{ name, value }];
}

function otherThan(value: string | undefined, one: string, another: string): string {
  return value === one ? another : one;
}

/** An answer whose bytes a plan cannot describe, as text: for services. */
export function plainAnswer(tags: readonly Tag[]): Uint8Array {
  return encodeMessage(tags, { strict: false });
}
