/**
 * What each state looks like, in words: a pure function from state and language to what is on the screen. The
 * template draws it; nothing is worded or decided there.
 * @module
 */
import { unreachable, type ConcertError } from "@concert-pay/core";
import { explainError } from "../explain-error.ts";
import { mayBePaid } from "../refusal.ts";
import type { ErrorState, PayState, RunningState } from "../state.ts";
import { showMoney } from "../money-text.ts";
import { say, type Lang, type TextKey } from "../texts.ts";
import { outcomeScreen } from "./outcome-screen.ts";
import { payAction, screen, type Screen, type ScreenContext, type Tone } from "./screen-parts.ts";
import { blockedScreen, historyLostScreen, settledScreen } from "./unsettled-screen.ts";

export type { Action, ActionId, Answer, Question, Screen, ScreenContext, Tone } from "./screen-parts.ts";

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
      return answered(state, lang);
    case "done":
      return outcomeScreen(state, context);
    case "blocked":
      return blockedScreen(state, context);
    case "history-lost":
      return historyLostScreen(state, lang);
    case "settled":
      return settledScreen(state, lang);
    case "error":
      return failed(state, context);
    default:
      return unreachable(state);
  }
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
    amount: amount === undefined ? undefined : showMoney(amount, lang),
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

function running(tone: Tone, headline: TextKey, detail: TextKey, state: RunningState, lang: Lang): Screen {
  const amount = showMoney(state.amount, lang);
  // Nothing on the screen invites the card any more.
  if (state.cancelAsked)
    return screen({ tone: "key", headline: say(lang, "redKey"), amount, lines: [say(lang, "cancelAsked")] });
  return screen({
    tone,
    headline: say(lang, headline),
    amount,
    lines: [say(lang, detail)],
    actions: [{ id: "cancel", label: say(lang, "cancel"), weight: "secondary" }],
  });
}

function answered({ amount }: RunningState, lang: Lang): Screen {
  return screen({
    tone: "busy",
    headline: say(lang, "answered"),
    amount: showMoney(amount, lang),
    lines: [say(lang, "answeredDetail")],
  });
}

function failed({ error, unread }: ErrorState, context: ScreenContext): Screen {
  const { lang, amount } = context;
  const nothingSent = mayBePaid(error) ? "nothingSentNow" : "nothingSent";
  const sent = unread === true ? "unreadDetail" : nothingSent;
  const { headline, wayOut, technical } = explainError(error, lang);
  return screen({
    tone: "warning",
    headline,
    amount: amount === undefined ? undefined : showMoney(amount, lang),
    lines: [wayOut, say(lang, sent)],
    technical,
    slot: slotOf(error),
    actions: [
      unread === true ? { id: "next", label: say(lang, "lookAgain"), weight: "primary" } : payAction(context),
    ],
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
