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

interface Owed {
  readonly action: QuestionAction;
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
   * The request may leave from now on. Returns whom to tell when and how its exchange has ended, and whether a page
   * before this one has asked something, too; who says whether its answer can come no more.
   */
  asked(asks: Asks): (result: TransactionResult, endedAt: Millis, othersAsked: boolean) => boolean {
    const before = this.#last;
    this.#last = asks;
    const owed: Owed | undefined = "action" in asks ? { action: asks.action, since: undefined } : undefined;
    if (owed !== undefined) this.#owed.add(owed);
    return (result, endedAt, othersAsked) => {
      if (result.kind === "not-sent" && this.#last === asks) this.#last = before;
      const alone = !othersAsked && this.owed(endedAt).length === 1;
      const over =
        result.kind === "not-sent" || (result.kind === "answer" && isAnswerTo(asks, result.data, alone));
      if (owed !== undefined) owed.since = endedAt;
      if (owed !== undefined && over) this.#owed.delete(owed);
      return over;
    };
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
function isAnswerTo(asks: Asks, data: Uint8Array, alone: boolean): boolean {
  if ("payment" in asks) return false;
  try {
    const message = decodeMessage(data);
    const action = message.get("CD");
    if (action !== undefined) return action === ACTION_CODES[asks.action];
    const status = message.get("AE");
    if (!alone) return false;
    return status === "10" || (status === undefined && asks.action === "identification");
  } catch {
    return false;
  }
}
