/**
 * Actions that move no money: identification, duplicate, print, status, reboot, CTMS status (protocol.md 3).
 * @module
 */
import { decodeMessage, type Tag } from "@concert-pay/core";
import { answerTags, plainAnswer, type TerminalIdentity } from "./answer.ts";
import type { AnswerPlan } from "./behaviour.ts";
import type { ReadRequest } from "./request.ts";
import { ticketsFor, ticketTags, type TicketFacts } from "./tickets.ts";

/**
 * How a terminal answers what moves no money. Its format is hardly public (protocol.md 3.1), so a register must bear
 * with each: `own` echoes the action; `bare` echoes none, as PayXpress shows it for CD=3; `last` repeats the answer of
 * the last transaction, its action and amount included, for CD=3 and CD=T.
 */
export type ServiceStyle = "own" | "bare" | "last";

/** A transaction that ended, as CD=3 and CD=T tell of it. */
export interface Ended {
  readonly request: ReadRequest;
  readonly plan: AnswerPlan;
  readonly charged: number | undefined;
  readonly authorisation: string | undefined;
  readonly ticket: TicketFacts;
}

export interface ServiceState {
  readonly identity: TerminalIdentity;
  /** Oldest first. */
  readonly ended: readonly Ended[];
  /** The transaction the customer has not decided. */
  readonly running: ReadRequest | undefined;
  readonly busy: boolean;
  readonly style: ServiceStyle;
}

/** The answer to a service request that has no fault. */
export function answerService(request: ReadRequest, state: ServiceState): Uint8Array {
  const last = state.ended.at(-1);
  if (state.style === "last" && last !== undefined && ["3", "T"].includes(request.action ?? ""))
    return repeated(last, state.identity, request.action === "3");
  const answer = ownAnswer(request, state);
  return state.style === "bare" ? withoutAction(answer) : answer;
}

/** The last transaction's answer once more; that to a duplicate says that the duplicate was done. */
function repeated({ plan, request, ...facts }: Ended, identity: TerminalIdentity, done: boolean): Uint8Array {
  const tags = answerTags(plan, { ...request, ticketKind: undefined }, facts, identity);
  return plainAnswer(tags.map((tag) => (done && tag.name === "AE" ? { name: "AE", value: "10" } : tag)));
}

function withoutAction(answer: Uint8Array): Uint8Array {
  return plainAnswer(decodeMessage(answer).tags.filter(({ name }) => name !== "CD"));
}

function ownAnswer(request: ReadRequest, state: ServiceState): Uint8Array {
  switch (request.action) {
    case "3":
      return duplicate(request, state);
    case "T":
      return status(request, state);
    case "R":
    case "P":
      // One thing at a time: the screen and the printer belong to the customer.
      return simple(request, state.identity, state.busy ? "01" : "10");
    default:
      return simple(request, state.identity, "10");
  }
}

function heading(request: ReadRequest, { version, identifier }: TerminalIdentity): readonly Tag[] {
  return [
    { name: "CZ", value: version },
    { name: "CJ", value: identifier },
    { name: "CA", value: request.register ?? "00" },
  ];
}

function simple(
  request: ReadRequest,
  identity: TerminalIdentity,
  ae: string,
  more: readonly Tag[] = [],
): Uint8Array {
  return plainAnswer([
    ...heading(request, identity),
    { name: "CD", value: request.action ?? "I" },
    { name: "AE", value: ae },
    ...more,
  ]);
}

/** The last ticket again, with what CK asks for, else the customer's as text. */
function duplicate(request: ReadRequest, { identity, ended }: ServiceState): Uint8Array {
  const last = ended.at(-1);
  if (last === undefined) return simple(request, identity, "01", [{ name: "AF", value: "10" }]);
  const wanted = ticketsFor(request.ticketKind);
  const plans = wanted.length > 0 ? wanted : [{ recipient: "customer", format: "text" } as const];
  return simple(request, identity, "10", ticketTags(plans, last.ticket));
}

/**
 * What became of a transaction. How real terminals answer is not public (protocol.md 3.1), so this is our own
 * assumption: CH of the request names it by its CF or CH, else the last one is meant; the answer has the tags of the
 * transaction's own answer, its CD included, as they should have been, and both references. Unknown: AE=01, AF=10.
 * Still undecided: AE=11.
 */
function status(request: ReadRequest, { identity, ended, running }: ServiceState): Uint8Array {
  const wanted = request.transactionReference;
  const named = (asked: ReadRequest): boolean =>
    wanted === undefined || asked.reference === wanted || asked.transactionReference === wanted;
  const reference: readonly Tag[] = wanted === undefined ? [] : [{ name: "CH", value: wanted }];
  if (running !== undefined && named(running)) return simple(request, identity, "11", reference);
  const found = ended.filter(({ request: asked }) => named(asked)).at(-1);
  if (found === undefined)
    return simple(request, identity, "01", [{ name: "AF", value: "10" }, ...reference]);
  const asked = { ...found.request, register: request.register, ticketKind: request.ticketKind };
  const tags = answerTags(found.plan, asked, found, identity).filter(({ name }) => name !== "CH");
  return plainAnswer([...tags, ...reference]);
}
