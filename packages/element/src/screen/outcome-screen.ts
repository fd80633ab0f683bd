/**
 * What came of a payment, in words.
 * @module
 */
import { money, unreachable, type Money, type Outcome } from "@concert-pay/core";
import { explainError } from "../explain-error.ts";
import { mayPay, needsLook, type DoneState } from "../state.ts";
import { showMoney } from "../money-text.ts";
import { say, type Lang } from "../texts.ts";
import { payAction, screen, type Action, type Screen, type ScreenContext } from "./screen-parts.ts";

/** AF 04, "refused" and no more: the headline has said it. */
const PLAIN_REFUSAL = "04";

export function outcomeScreen(state: DoneState, context: ScreenContext): Screen {
  return needsLook(state) ? lookFirst(state, context.lang) : done(state, context);
}

function done(state: DoneState, context: ScreenContext): Screen {
  const { lang } = context;
  const { outcome } = state;
  const amount = outcome.amount === undefined ? undefined : showMoney(outcome.amount, lang);
  const next: Action = { id: "next", label: say(lang, "next"), weight: "secondary" };
  const actions = mayPay(state) && context.amount !== undefined ? [payAction(context)] : [next];
  const unrecorded = outcome.unrecorded === true ? [say(lang, "unrecorded")] : [];
  const trouble = state.problem === undefined ? undefined : explainError(state.problem, lang);
  const more = [...unrecorded, ...(trouble === undefined ? [] : [trouble.wayOut])];
  switch (outcome.outcome) {
    case "approved": {
      const { authorisation } = outcome.evidence;
      const code = authorisation === undefined ? [] : [say(lang, "authorisation", { code: authorisation })];
      return screen({
        tone: "good",
        headline: say(lang, outcome.partial ? "approvedPartial" : "approved"),
        amount: showMoney(outcome.charged, lang),
        lines: [...partLine(outcome, lang), ...code, ...more],
        technical: trouble?.technical,
        actions,
      });
    }
    case "declined":
    case "abandoned":
    case "failed": {
      const busy = outcome.outcome === "failed" && outcome.busy ? [say(lang, "busy")] : [];
      const reason = outcome.reason.code === PLAIN_REFUSAL ? [] : [sentence(outcome.reason[lang])];
      return screen({
        tone: "bad",
        headline: say(lang, outcome.outcome),
        amount,
        lines: [...reason, ...busy, say(lang, "notCharged"), ...more],
        technical: trouble?.technical,
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
        lines: [say(lang, "blockedDetail"), ...more],
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
  const words = (value: Money): string => showMoney(value, lang);
  return [say(lang, "partialDetail", { charged: words(charged), amount: words(amount), rest: words(rest) })];
}

function lookFirst({ outcome, look, problem }: DoneState, lang: Lang): Screen {
  const amount = outcome.amount === undefined ? "" : showMoney(outcome.amount, lang);
  const busy = outcome.outcome === "failed" && outcome.busy ? [say(lang, "busy")] : [];
  const trouble = problem === undefined ? undefined : explainError(problem, lang);
  return screen({
    tone: "warning",
    headline: say(lang, look === "settling" ? "settling" : "lookFirst"),
    amount,
    lines: [
      ...(trouble === undefined ? [] : [trouble.wayOut]),
      say(lang, "lookFirstDetail", { amount }),
      ...busy,
    ],
    question: {
      nameLabel: say(lang, "who"),
      nameHint: say(lang, "lookWhoNeeded"),
      answers: [
        { decision: "failed", label: say(lang, "looked"), needsName: false },
        { decision: "approved", label: say(lang, "lookShowsPayment"), needsName: true },
      ],
      disabled: look === "settling",
    },
    technical: trouble?.technical,
    urgent: true,
  });
}

/** Reasons are written as they stand in a table. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}
