/**
 * What was asked on a line, and whose answer may still come. An answer there names no request, so before it is given to
 * a payment it must be to nothing else (docs/decisions/002).
 * @module
 */
import { decodeMessage } from "../codec/tlv.ts";
import type { Millis } from "../link/link.ts";
import { ACTION_CODES } from "../payment/request.ts";
import type { TransactionResult } from "../payment/transaction.ts";
import type { QuestionAction } from "../ports/journal.ts";

/** What a request asks: a payment, by its key, or something that moves no money. */
export type Asks = { readonly payment: string } | { readonly action: QuestionAction };

/** So long an answer may be overdue, in milliseconds: as long as a customer may take at the terminal. */
export const OWED_MS = 180_000;

const QUESTIONS: readonly QuestionAction[] = [
  "duplicate",
  "identification",
  "print",
  "status",
  "reboot",
  "ctms-status",
];

interface Owed {
  readonly action: QuestionAction;
  /** What is told that it is over, or that nobody waits for it any more. */
  readonly note: ((over: boolean) => void) | undefined;
  /** When nobody waited for it any more; `undefined` while somebody does. */
  since: Millis | undefined;
}

export class LineMemory {
  #last: Asks | undefined;
  readonly #owed = new Set<Owed>();

  /** Key of the payment that the last request was for; `undefined` where it was for something else. */
  get lastPayment(): string | undefined {
    return this.#last !== undefined && "payment" in this.#last ? this.#last.payment : undefined;
  }

  /**
   * The request may leave from now on. Returns whom to tell when and how its exchange has ended, and what pages before
   * this one have asked.
   * @param note told whether the question is over, once its exchange has ended and whenever that changes
   */
  asked(
    asks: Asks,
    note?: (over: boolean) => void,
  ): (result: TransactionResult, endedAt: Millis, before: readonly QuestionAction[]) => void {
    const last = this.#last;
    this.#last = asks;
    const owed: Owed | undefined =
      "action" in asks ? { action: asks.action, note, since: undefined } : undefined;
    if (owed !== undefined) this.#owed.add(owed);
    return (result, endedAt, before) => {
      if (result.kind === "not-sent" && this.#last === asks) this.#last = last;
      if (owed === undefined) return;
      owed.since = endedAt;
      // Others of its kind do not matter: one of them is answered.
      const alone = [...before, ...this.owed(endedAt)].every((action) => action === owed.action);
      const over =
        result.kind === "not-sent" ||
        (result.kind === "answer" && isAnswerTo(owed.action, result.data, alone));
      if (over) this.#owed.delete(owed);
      note?.(over);
    };
  }

  /** The answer to such a question has come for certain. False where none is owed. */
  answered(action: QuestionAction): boolean {
    const owed = [...this.#owed].find((one) => one.action === action && one.since !== undefined);
    if (owed === undefined) return false;
    this.#owed.delete(owed);
    owed.note?.(true);
    return true;
  }

  /** Questions whose answer may still come. */
  owed(now: Millis): readonly QuestionAction[] {
    for (const owed of this.#owed) if (now - (owed.since ?? now) > OWED_MS) this.#owed.delete(owed);
    return [...this.#owed].map(({ action }) => action);
  }
}

/**
 * Certainly the answer to that question: it says so, or it is owed `alone` and the answer cannot be a payment's (an
 * approval without CD is none). Otherwise it may have been another's, and the question's own is still to come.
 */
function isAnswerTo(asked: QuestionAction, data: Uint8Array, alone: boolean): boolean {
  try {
    const message = decodeMessage(data);
    const action = message.get("CD");
    if (action !== undefined) return action === ACTION_CODES[asked];
    const status = message.get("AE");
    if (!alone) return false;
    return status === "10" || (status === undefined && asked === "identification");
  } catch {
    return false;
  }
}

/** The question that a message answers for certain, as it says so itself. A status tells of a payment, CD included. */
export function questionOf(data: Uint8Array): QuestionAction | undefined {
  try {
    const code = decodeMessage(data).get("CD");
    return QUESTIONS.find((action) => ACTION_CODES[action] === code);
  } catch {
    return undefined;
  }
}
