/**
 * What may be answered on a line beside the payment at hand, as far as this page knows (docs/decisions/002).
 * @module
 */
import type { Book } from "./book.ts";
import { isPayment } from "./entry-states.ts";
import type { Lines } from "./lines.ts";
import { doubtOf, rivalOf, type AnswerDoubt } from "../payment/late.ts";
import type { JournalEntry, PaymentEntry, QuestionAction, Rival } from "../ports/journal.ts";
import type { Questions } from "./questions.ts";
import { DEFAULT_ANSWER_WITHIN_MS, type Setting } from "./setting.ts";
import { sharedLine, type SharedLine } from "./shared-line.ts";

export class LineWatch {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #questions: Questions;
  readonly #lines: Lines;

  constructor(setting: Setting, book: Book, questions: Questions, lines: Lines) {
    this.#setting = setting;
    this.#book = book;
    this.#questions = questions;
    this.#lines = lines;
  }

  /**
   * @param entries of the journal, just read
   * @param owed questions of this page that were not answered when the answer came
   */
  doubt(entries: readonly JournalEntry[], owed: readonly QuestionAction[] = this.#lines.owed): AnswerDoubt {
    const doubt = doubtOf(this.#asked(owed));
    // A payment that the journal has lost is told apart by its reference only.
    return this.#isLost(entries) && doubt !== "all" ? "unnamed" : doubt;
  }

  /** For a payment about to be sent; `undefined` where an answer can only be its own. */
  line(entry: PaymentEntry, entries: readonly JournalEntry[]): SharedLine | undefined {
    if (!this.#lines.mixed) return undefined;
    return sharedLine(entry, entries.filter(isPayment), {
      customerMs: this.#customerMs,
      sinceSettled: (other) => this.#book.sinceSettled(other),
      asked: this.#asked(this.#lines.owed),
      lost: this.#isLost(entries),
    });
  }

  /** For one sent before, whose answer may have come at any time since: the bridge has held what came. */
  heldLine(entry: PaymentEntry, entries: readonly JournalEntry[]): SharedLine | undefined {
    const line = this.line(entry, entries);
    return line === undefined ? undefined : { ...line, rival: stronger(entry.rival, line.rival) };
  }

  /** The answer to an earlier payment may still come. */
  isRivalled(entry: PaymentEntry, entries: readonly JournalEntry[]): boolean {
    const since = (other: PaymentEntry): number => this.#book.sinceSettled(other);
    return rivalOf(entry, entries.filter(isPayment), this.#customerMs, since) !== undefined;
  }

  #asked(owed: readonly QuestionAction[]): readonly QuestionAction[] {
    return [...owed, ...this.#questions.owed()];
  }

  #isLost(entries: readonly JournalEntry[]): boolean {
    return entries.some(
      (entry) => entry.kind === "history-lost" && this.#book.sinceSettled(entry) < this.#customerMs,
    );
  }

  /** The customer's time at the terminal, however soon this register gives up. */
  get #customerMs(): number {
    return Math.max(this.#setting.answerWithinMs, DEFAULT_ANSWER_WITHIN_MS);
  }
}

function stronger(one: Rival | undefined, other: Rival | undefined): Rival | undefined {
  return one === "same" || other === "same" ? "same" : (one ?? other);
}
