/**
 * Payments that nobody knows the outcome of: what to press, what to look at, who decides.
 * @module
 */
import { maskCardNumbers, money, type PaymentEntry, type Ticket } from "@concert-pay/core";
import { explainError } from "../explain-error.ts";
import type { BlockedState, Decision, HistoryLostState, SettledState } from "../state.ts";
import { showMoney } from "../money-text.ts";
import { say, type Lang, type TextKey } from "../texts.ts";
import { screen, type Action, type Question, type Screen, type ScreenContext } from "./screen-parts.ts";

const BLOCKED_HEADLINES: Readonly<Record<PaymentEntry["action"], TextKey>> = {
  debit: "blocked",
  credit: "blockedRefund",
  reversal: "blockedReversal",
};

export function blockedScreen(state: BlockedState, context: ScreenContext): Screen {
  const { entry, step, outcome, problem } = state;
  const { lang } = context;
  const amount = showMoney(money(entry.amount, entry.currency), lang);
  const when = whenOf(entry, context);
  const trouble = problem === undefined ? undefined : explainError(problem, lang);
  const common = {
    amount,
    urgent: true,
    technical: trouble?.technical,
    headline: say(lang, BLOCKED_HEADLINES[entry.action]),
  };
  const check = (label: TextKey, weight: Action["weight"]): Action => ({
    id: "check",
    label: say(lang, label),
    weight,
  });
  if (step === "checking")
    return screen({
      ...common,
      tone: "busy",
      headline: say(lang, "checking"),
      lines: [say(lang, "checkingDetail")],
    });
  const tickets = outcome?.evidence.tickets ?? [];
  if (step === "found")
    return screen({
      ...common,
      tone: "warning",
      lines: [
        say(lang, "blockedDetail"),
        ...(outcome?.outcome === "acknowledged" ? [say(lang, "blockedAcknowledged")] : []),
        ...(trouble === undefined ? [] : [trouble.wayOut]),
        ...(when === undefined ? [] : [say(lang, "blockedWhen", { when })]),
        ...(entry.reference === undefined
          ? []
          : [say(lang, "blockedReference", { reference: entry.reference })]),
      ],
      actions: [check("check", "primary")],
    });
  return screen({
    ...common,
    tone: "warning",
    headline: say(lang, step === "settling" ? "settling" : "stillUnknown"),
    lines: [...(trouble === undefined ? [] : [trouble.wayOut]), say(lang, "stillUnknownDetail")],
    steps: [
      say(lang, "lookScreen"),
      say(lang, "lookTicket"),
      say(lang, "lookFor", { amount, when: when ?? "?" }),
      say(lang, "lookForCard"),
    ],
    tickets:
      tickets.length === 0
        ? undefined
        : { caption: say(lang, "duplicateTicket"), texts: tickets.map(masked) },
    question: question(lang, step === "settling", ["approved", "failed"]),
    actions: step === "settling" ? [] : [check("checkAgain", "secondary")],
  });
}

export function historyLostScreen({ step, problem }: HistoryLostState, lang: Lang): Screen {
  const trouble = problem === undefined ? undefined : explainError(problem, lang);
  return screen({
    tone: "warning",
    headline: say(lang, step === "settling" ? "settling" : "historyLost"),
    lines: [say(lang, "historyLostDetail"), ...(trouble === undefined ? [] : [trouble.wayOut])],
    steps: [say(lang, "historyStepJournal"), say(lang, "historyStepCompare"), say(lang, "historyStepRedo")],
    question: {
      ...question(lang, step === "settling", []),
      answers: [{ decision: "failed", label: say(lang, "historyChecked"), needsName: true }],
    },
    technical: trouble?.technical,
    urgent: true,
  });
}

export function settledScreen({ entry, decision, by, contradiction }: SettledState, lang: Lang): Screen {
  const { amount, currency } = entry;
  const shared = {
    amount:
      amount === undefined || currency === undefined ? undefined : showMoney(money(amount, currency), lang),
    actions: [{ id: "next", label: say(lang, "goOn"), weight: "primary" }],
  } as const;
  const isPaid = decision === "approved";
  if (contradiction !== undefined) {
    const detail = contradiction === "approved" ? "contradictedPaid" : "contradictedUnpaid";
    return screen({
      ...shared,
      tone: "warning",
      headline: say(lang, "contradicted"),
      lines: [say(lang, detail), noted(isPaid, by, lang)],
      urgent: true,
    });
  }
  return screen({
    ...shared,
    tone: isPaid ? "good" : "calm",
    headline: say(lang, isPaid ? "settledApproved" : "settledFailed"),
    lines: by === undefined ? [] : [say(lang, "settledBy", { who: by })],
  });
}

function noted(isPaid: boolean, who: string | undefined, lang: Lang): string {
  if (who === undefined) return say(lang, isPaid ? "wasNotedPaid" : "wasNotedUnpaid");
  return say(lang, isPaid ? "notedPaid" : "notedUnpaid", { who });
}

function question(lang: Lang, disabled: boolean, decisions: readonly Decision[]): Question {
  const label = (decision: Decision): string =>
    say(lang, decision === "approved" ? "shownApproved" : "shownRefused");
  return {
    nameLabel: say(lang, "who"),
    nameHint: say(lang, "whoNeeded"),
    answers: decisions.map((decision) => ({ decision, label: label(decision), needsName: true })),
    disabled,
  };
}

function whenOf({ times }: PaymentEntry, { formatTime }: ScreenContext): string | undefined {
  const iso = times.sending ?? times.intended;
  return iso === undefined ? undefined : formatTime(iso);
}

/** The terminal's own words are masked before they are shown. */
function masked(ticket: Ticket): Ticket {
  return { ...ticket, text: maskCardNumbers(ticket.text) };
}
