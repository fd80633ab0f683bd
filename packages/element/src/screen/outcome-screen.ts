/**
 * What came of a payment, in words.
 * @module
 */
import { formatMoney, money, unreachable, type Money, type Outcome } from "@concert-pay/core";
import { mayPay, needsLook, type PayState } from "../state.ts";
import { say, type Lang } from "../texts.ts";
import { payAction, screen, type Action, type Screen, type ScreenContext } from "./screen-parts.ts";

export function outcomeScreen(state: PayState & { name: "done" }, context: ScreenContext): Screen {
  return needsLook(state) ? lookFirst(state.outcome, context.lang) : done(state, context);
}

function done(state: PayState & { name: "done" }, context: ScreenContext): Screen {
  const { lang } = context;
  const { outcome } = state;
  const amount = outcome.amount === undefined ? undefined : formatMoney(outcome.amount, lang);
  const next: Action = { id: "next", label: say(lang, "next"), weight: "secondary" };
  const actions = mayPay(state) && context.amount !== undefined ? [payAction(context)] : [next];
  const unrecorded = outcome.unrecorded === true ? [say(lang, "unrecorded")] : [];
  switch (outcome.outcome) {
    case "approved": {
      const { authorisation } = outcome.evidence;
      const code = authorisation === undefined ? [] : [say(lang, "authorisation", { code: authorisation })];
      return screen({
        tone: "good",
        headline: say(lang, outcome.partial ? "approvedPartial" : "approved"),
        amount: formatMoney(outcome.charged, lang),
        lines: [...partLine(outcome, lang), ...code, ...unrecorded],
        actions,
      });
    }
    case "declined":
    case "abandoned":
    case "failed": {
      const busy = outcome.outcome === "failed" && outcome.busy ? [say(lang, "busy")] : [];
      const reason = sentence(outcome.reason[lang]);
      return screen({
        tone: "bad",
        headline: say(lang, outcome.outcome),
        amount,
        lines: [reason, ...busy, say(lang, "notCharged"), ...unrecorded],
        actions,
      });
    }
    // Shown only if the journal cannot name the entry: there is nothing to press then but to look again.
    case "acknowledged":
    case "unknown":
      return screen({
        tone: "warning",
        headline: say(lang, "blocked"),
        amount,
        lines: [say(lang, "blockedDetail"), ...unrecorded],
        actions: [{ id: "next", label: say(lang, "goOn"), weight: "secondary" }],
        urgent: true,
      });
    default:
      return unreachable(outcome);
  }
}

function partLine(outcome: Outcome & { outcome: "approved" }, lang: Lang): readonly string[] {
  const { amount, charged } = outcome;
  if (!outcome.partial || amount === undefined) return [];
  const rest = money(amount.minorUnits - charged.minorUnits, amount.currency);
  const words = (value: Money): string => formatMoney(value, lang);
  return [say(lang, "partialDetail", { charged: words(charged), amount: words(amount), rest: words(rest) })];
}

function lookFirst(outcome: Outcome, lang: Lang): Screen {
  const amount = outcome.amount === undefined ? "" : formatMoney(outcome.amount, lang);
  const busy = outcome.outcome === "failed" && outcome.busy ? [say(lang, "busy")] : [];
  return screen({
    tone: "warning",
    headline: say(lang, "lookFirst"),
    amount,
    lines: [say(lang, "lookFirstDetail", { amount }), ...busy],
    actions: [{ id: "looked", label: say(lang, "looked"), weight: "primary" }],
    urgent: true,
  });
}

/** Reasons are written as they stand in a table. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}
