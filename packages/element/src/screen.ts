/**
 * What each state looks like, in words: a pure function from state and language to what is on the screen. The
 * template draws it; nothing is worded or decided there.
 * @module
 */
import {
  formatMoney,
  maskCardNumbers,
  money,
  unreachable,
  type ConcertError,
  type Money,
  type Outcome,
  type PaymentEntry,
  type Ticket,
} from "@concert-pay/core";
import { explainError } from "./explain-error.ts";
import {
  mayPay,
  needsLook,
  type BlockedState,
  type Decision,
  type HistoryLostState,
  type PayState,
} from "./state.ts";
import { say, type Lang, type TextKey } from "./texts.ts";

/** Colour and icon of a screen. Each has an icon of its own, so that nothing is told by colour alone. */
export type Tone = "calm" | "busy" | "card" | "good" | "bad" | "warning";

export type ActionId = "pay" | "cancel" | "next" | "connect" | "check" | "looked";

export interface Action {
  readonly id: ActionId;
  readonly label: string;
  readonly weight: "primary" | "secondary";
  readonly disabled?: boolean;
}

/** A question that only a person can answer, with their name. */
export interface Question {
  readonly nameLabel: string;
  readonly nameHint: string;
  readonly answers: readonly { readonly decision: Decision; readonly label: string }[];
  /** While the answer is being written down. */
  readonly disabled: boolean;
}

export interface Screen {
  readonly tone: Tone;
  readonly headline: string;
  /** Whom it is about, in large figures. */
  readonly amount: string | undefined;
  readonly lines: readonly string[];
  /** What to do away from the screen, in order. */
  readonly steps: readonly string[];
  /** Tickets to compare with, and what they are. */
  readonly tickets: { readonly caption: string; readonly texts: readonly Ticket[] } | undefined;
  readonly question: Question | undefined;
  readonly actions: readonly Action[];
  /** Interrupts a screen reader. */
  readonly urgent: boolean;
  /** For support, folded away. */
  readonly technical: string | undefined;
  /** Slot whose content replaces the explanation. */
  readonly slot: "unsupported" | "not-allowed" | undefined;
}

/** What the attributes say, beside the state. */
export interface ScreenContext {
  readonly lang: Lang;
  /** `undefined` while there is no amount to pay. */
  readonly amount: Money | undefined;
  /** What is wrong with the attributes. */
  readonly problem: ConcertError | undefined;
  /** ISO 8601 to words. */
  readonly formatTime: (iso: string) => string;
}

export function screenOf(state: PayState, context: ScreenContext): Screen {
  const { lang } = context;
  switch (state.name) {
    case "starting":
      return screen({ tone: "busy", headline: say(lang, "starting"), lines: [say(lang, "startingDetail")] });
    case "unavailable":
      return unavailable(state.error, lang);
    case "connecting":
      return connecting(state, lang);
    case "idle":
      return idle(context);
    case "calling":
      return running("busy", "calling", "callingDetail", state, lang);
    case "card-expected":
      return running("card", "cardExpected", "cardExpectedDetail", state, lang);
    case "answered":
      return { ...running("busy", "answered", "answeredDetail", state, lang), actions: [] };
    case "done":
      return needsLook(state) ? lookFirst(state.outcome, lang) : done(state, context);
    case "blocked":
      return blocked(state, context);
    case "history-lost":
      return historyLost(state, lang);
    case "settled":
      return settled(state, lang);
    case "error":
      return failed(state.error, context);
    default:
      return unreachable(state);
  }
}

/** A screen with nothing on it but what is given. */
function screen(parts: Partial<Screen> & Pick<Screen, "tone" | "headline">): Screen {
  return {
    amount: undefined,
    lines: [],
    steps: [],
    tickets: undefined,
    question: undefined,
    actions: [],
    urgent: false,
    technical: undefined,
    slot: undefined,
    ...parts,
  };
}

function payAction({ lang, amount }: ScreenContext): Action {
  const label =
    amount === undefined ? say(lang, "payNothing") : say(lang, "pay", { amount: formatMoney(amount, lang) });
  return { id: "pay", label, weight: "primary", disabled: amount === undefined };
}

function idle(context: ScreenContext): Screen {
  const { lang, amount, problem } = context;
  if (problem !== undefined) {
    const { headline, wayOut, technical } = explainError(problem, lang);
    return screen({ tone: "warning", headline, lines: [wayOut], technical, actions: [payAction(context)] });
  }
  return screen({
    tone: "calm",
    headline: say(lang, amount === undefined ? "noAmount" : "ready"),
    amount: amount === undefined ? undefined : formatMoney(amount, lang),
    lines: amount === undefined ? [] : [say(lang, "readyDetail")],
    actions: [payAction(context)],
  });
}

function connecting(state: PayState & { name: "connecting" }, lang: Lang): Screen {
  if (state.picking)
    return screen({ tone: "busy", headline: say(lang, "picking"), lines: [say(lang, "pickingDetail")] });
  const problem = state.problem === undefined ? undefined : explainError(state.problem, lang);
  return screen({
    tone: problem === undefined ? "calm" : "warning",
    headline: problem?.headline ?? say(lang, "connectTitle"),
    lines: [problem?.wayOut ?? say(lang, "connectDetail")],
    technical: problem?.technical,
    actions: [{ id: "connect", label: say(lang, "connect"), weight: "primary" }],
  });
}

function running(
  tone: Tone,
  headline: TextKey,
  detail: TextKey,
  state: PayState & { readonly amount: Money; readonly cancelAsked: boolean },
  lang: Lang,
): Screen {
  return screen({
    tone,
    headline: say(lang, headline),
    amount: formatMoney(state.amount, lang),
    lines: [say(lang, state.cancelAsked ? "cancelAsked" : detail)],
    actions: state.cancelAsked ? [] : [{ id: "cancel", label: say(lang, "cancel"), weight: "secondary" }],
  });
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

const BLOCKED_HEADLINES: Readonly<Record<PaymentEntry["action"], TextKey>> = {
  debit: "blocked",
  credit: "blockedRefund",
  reversal: "blockedReversal",
};

function blocked(state: BlockedState, context: ScreenContext): Screen {
  const { entry, step, outcome, problem } = state;
  const { lang } = context;
  const amount = formatMoney(money(entry.amount, entry.currency), lang);
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

function historyLost({ step, problem }: HistoryLostState, lang: Lang): Screen {
  const trouble = problem === undefined ? undefined : explainError(problem, lang);
  return screen({
    tone: "warning",
    headline: say(lang, step === "settling" ? "settling" : "historyLost"),
    lines: [say(lang, "historyLostDetail"), ...(trouble === undefined ? [] : [trouble.wayOut])],
    steps: [say(lang, "historyStepJournal"), say(lang, "historyStepCompare"), say(lang, "historyStepRedo")],
    question: {
      ...question(lang, step === "settling", []),
      answers: [{ decision: "failed", label: say(lang, "historyChecked") }],
    },
    technical: trouble?.technical,
    urgent: true,
  });
}

function question(lang: Lang, disabled: boolean, decisions: readonly Decision[]): Question {
  const label = (decision: Decision): string =>
    say(lang, decision === "approved" ? "shownApproved" : "shownRefused");
  return {
    nameLabel: say(lang, "who"),
    nameHint: say(lang, "whoNeeded"),
    answers: decisions.map((decision) => ({ decision, label: label(decision) })),
    disabled,
  };
}

function settled(state: PayState & { name: "settled" }, lang: Lang): Screen {
  const { entry, decision, by } = state;
  return screen({
    tone: decision === "approved" ? "good" : "calm",
    headline: say(lang, decision === "approved" ? "settledApproved" : "settledFailed"),
    amount: formatMoney(money(entry.amount, entry.currency), lang),
    lines: [say(lang, "settledBy", { who: by })],
    actions: [{ id: "next", label: say(lang, "goOn"), weight: "primary" }],
  });
}

function failed(error: ConcertError, context: ScreenContext): Screen {
  const { lang, amount } = context;
  const { headline, wayOut, technical } = explainError(error, lang);
  return screen({
    tone: "warning",
    headline,
    amount: amount === undefined ? undefined : formatMoney(amount, lang),
    lines: [wayOut, say(lang, "nothingSent")],
    technical,
    slot: slotOf(error),
    actions: [payAction(context)],
    urgent: true,
  });
}

function unavailable(error: ConcertError, lang: Lang): Screen {
  const { wayOut, technical } = explainError(error, lang);
  return screen({
    tone: "warning",
    headline: say(lang, "unavailable"),
    lines: [wayOut],
    technical,
    slot: slotOf(error),
    urgent: true,
  });
}

function slotOf({ code }: ConcertError): Screen["slot"] {
  if (code === "NOT_SUPPORTED") return "unsupported";
  return code === "NOT_ALLOWED" ? "not-allowed" : undefined;
}

/** Reasons are written as they stand in a table. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1).replace(/\.$/, "")}.`;
}

function whenOf({ times }: PaymentEntry, { formatTime }: ScreenContext): string | undefined {
  const iso = times.sending ?? times.intended;
  return iso === undefined ? undefined : formatTime(iso);
}

/** The terminal's own words are masked before they are shown. */
function masked(ticket: Ticket): Ticket {
  return { ...ticket, text: maskCardNumbers(ticket.text) };
}
