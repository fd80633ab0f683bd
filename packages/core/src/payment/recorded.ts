/**
 * The outcome of a payment as the journal remembers it.
 * @module
 */
import { unreachable } from "../errors.ts";
import type { PaymentEntry } from "../ports/journal.ts";
import { doubtReason, reasonOf } from "./reasons.ts";
import type { Doubt, Evidence, Outcome, Reason } from "./outcome.ts";

/** Tickets and the answer itself are not kept: the evidence is what the allow-list of the journal holds. */
export function recordedOutcome(entry: PaymentEntry): Outcome {
  const amount = { minorUnits: entry.amount, currency: entry.currency };
  const { contradiction } = entry;
  const base = {
    key: entry.key,
    action: entry.action,
    amount,
    evidence: evidenceOf(entry),
    ...(contradiction === undefined ? {} : { contradiction }),
  };
  if (entry.state !== "settled" || entry.outcome === undefined) {
    if (entry.doubt === "acknowledged")
      return { ...base, outcome: "acknowledged", reason: reasonOf(undefined) };
    const doubt = (entry.doubt ?? "restarted") as Doubt;
    return { ...base, outcome: "unknown", doubt, reason: doubtReason(doubt) };
  }
  switch (entry.outcome) {
    case "approved": {
      const charged = { minorUnits: entry.charged ?? entry.amount, currency: entry.currency };
      return { ...base, outcome: "approved", charged, partial: charged.minorUnits !== entry.amount };
    }
    case "declined":
    case "abandoned":
      return { ...base, outcome: entry.outcome, reason: settledReason(entry) };
    case "failed":
    case "not-sent": {
      const checkTerminal = entry.checkTerminal === true;
      return { ...base, outcome: "failed", reason: settledReason(entry), checkTerminal, busy: false };
    }
    default:
      return unreachable(entry.outcome);
  }
}

function settledReason({ settledBy, outcome }: PaymentEntry): Reason {
  if (outcome === "not-sent")
    return {
      code: undefined,
      fr: "la demande n'est pas parvenue au terminal",
      en: "the request never reached the terminal",
    };
  if (settledBy?.by === "person")
    return { code: undefined, fr: `décidé par ${settledBy.who}`, en: `decided by ${settledBy.who}` };
  return { code: undefined, fr: "enregistré auparavant", en: "recorded earlier" };
}

function evidenceOf({ authorisation, application, reading, pan }: PaymentEntry): Evidence {
  return {
    ...(authorisation === undefined ? {} : { authorisation }),
    ...(application === undefined ? {} : { application }),
    ...(reading === undefined ? {} : { reading }),
    ...(pan === undefined ? {} : { pan }),
    answer: [],
    tickets: [],
    warnings: [],
  };
}
