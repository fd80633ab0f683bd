/**
 * A line that stays open: what comes on it may be to another request than the one that waits (docs/decisions/002).
 * @module
 */
import type { V2Response } from "../codec/v2/types.ts";
import { unreachable } from "../errors.ts";
import { isV2, textOf, type JudgedRequest, type JudgedResponse } from "../payment/facts.ts";
import {
  echoesReference,
  doubtOf,
  fit,
  isPart,
  isSameRequest,
  namesAnother,
  requestOf,
  rivalOf,
  type AnswerDoubt,
} from "../payment/late.ts";
import { ACTION_CODES } from "../payment/request.ts";
import type { PaymentEntry, QuestionAction, Rival } from "../ports/journal.ts";

type Answer = Exclude<JudgedResponse, undefined>;

/** What else an answer on the line could be to, while one payment waits for its own. */
export interface SharedLine {
  /** What an answer to this payment would echo. */
  readonly reference: string | undefined;
  /** Another payment has the same reference: tries to pay one sale may share its number. */
  readonly referenceShared: boolean;
  /** Other payments made on this terminal, as far as their request may have left. */
  readonly others: readonly PaymentEntry[];
  /** Whose answer may still come, and pass for this payment's. */
  readonly rival: Rival | undefined;
  /** Questions whose answer may still come. */
  readonly asked: readonly QuestionAction[];
}

export interface LineKnowledge {
  /** How long a customer may take, in milliseconds. */
  readonly customerMs: number;
  /** How long ago a payment was settled, in milliseconds. */
  readonly sinceSettled: (other: PaymentEntry) => number;
  /** Questions whose answer may still come. */
  readonly asked: readonly QuestionAction[];
  /** The journal has lost something a short while ago: a payment, perhaps, like this one. */
  readonly lost: boolean;
}

/** @param entries payments of this terminal, `entry` among them or not */
export function sharedLine(
  entry: PaymentEntry,
  entries: readonly PaymentEntry[],
  { customerMs, sinceSettled, asked, lost }: LineKnowledge,
): SharedLine {
  const others = entries.filter(({ key, outcome }) => key !== entry.key && outcome !== "not-sent");
  const settled = rivalOf(entry, others, customerMs, sinceSettled);
  const asking = rivalAsked(
    doubtOf(asked),
    others.some((other) => isSameRequest(entry, other)),
  );
  return {
    reference: entry.reference,
    // In V2 they are the same to the terminal, whatever blanks they end with.
    referenceShared: others.some(({ reference }) => reference?.trimEnd() === entry.reference?.trimEnd()),
    others,
    rival: lost || settled === "same" ? "same" : (asking ?? settled),
    asked,
  };
}

/**
 * A question whose answer is still owed rivals a payment as far as that answer could look like one. What it tells of is
 * a payment made before the question.
 */
function rivalAsked(doubt: AnswerDoubt, sameBefore: boolean): Rival | undefined {
  switch (doubt) {
    case "none":
      return undefined;
    case "silent":
      return "other";
    case "unnamed":
    case "all":
      return sameBefore ? "same" : "other";
    default:
      return unreachable(doubt);
  }
}

/** Nothing in the answer tells whether it is to this request: another echo, the same one, or none (the red key). */
export function isAmbiguous(
  request: JudgedRequest,
  answer: Answer,
  { rival, reference, referenceShared }: SharedLine,
): boolean {
  if (!referenceShared && echoesReference(answer, reference)) return false;
  const echoes = fit(request, answer, referenceShared ? undefined : reference);
  // Where it claims to be done, `judge` names the echo that differs.
  if (echoes === "denies") return !claimsDone(answer);
  if (rival === "other") return echoes === "silent" || isPart(request, answer);
  return rival === "same";
}

function claimsDone(answer: Answer): boolean {
  return isV2(answer) ? (answer as V2Response).stat === "0" : textOf(answer)("AE") === "10";
}

/** It answers a question, or another payment's request fits it better: by its reference, or by an echo that denies ours. */
export function isAnothers(
  request: JudgedRequest,
  answer: Answer,
  { reference, others, asked }: SharedLine,
): boolean {
  const action = isV2(answer) ? undefined : textOf(answer)("CD");
  if (asked.some((question) => ACTION_CODES[question] === action)) return true;
  if (namesAnother(answer, reference, others)) return true;
  if (fit(request, answer, reference) !== "denies") return false;
  return others.some((entry) => fit(requestOf(entry), answer, entry.reference) !== "denies");
}
