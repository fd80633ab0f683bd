/**
 * What is on the screen, as data, and the two pieces that several screens share.
 * @module
 */
import { type ConcertError, type Money, type Ticket } from "@concert-pay/core";
import type { Decision } from "../state.ts";
import { showMoney } from "../money-text.ts";
import { say, type Lang } from "../texts.ts";

/** Colour and icon of a screen. Each has an icon of its own, so that nothing is told by colour alone. */
export type Tone = "calm" | "busy" | "card" | "key" | "good" | "bad" | "warning";

export type ActionId = "pay" | "cancel" | "next" | "connect" | "check";

export interface Action {
  readonly id: ActionId;
  readonly label: string;
  readonly weight: "primary" | "secondary";
  readonly disabled?: boolean;
}

export interface Answer {
  readonly decision: Decision;
  readonly label: string;
  /** Whoever says so writes a name. */
  readonly needsName: boolean;
}

/** A question that only a person can answer, with their name. */
export interface Question {
  readonly nameLabel: string;
  readonly nameHint: string;
  readonly answers: readonly Answer[];
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

/** A screen with nothing on it but what is given. */
export function screen(parts: Partial<Screen> & Pick<Screen, "tone" | "headline">): Screen {
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

/** Pay, with the amount on it; not to be pressed without one. */
export function payAction({ lang, amount }: ScreenContext): Action {
  const label =
    amount === undefined ? say(lang, "payNothing") : say(lang, "pay", { amount: showMoney(amount, lang) });
  return { id: "pay", label, weight: "primary", disabled: amount === undefined };
}
