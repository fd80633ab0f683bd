/**
 * Messages that no exchange waits for: late answers on a line, and what is told again.
 * @module
 */
import { decodeAnswer } from "./answer.ts";
import type { Book } from "./book.ts";
import { isPayment } from "./entry-states.ts";
import type { LineWatch } from "./line-watch.ts";
import type { Lines } from "./lines.ts";
import { evidenceOf } from "../payment/evidence.ts";
import type { JudgedResponse } from "../payment/facts.ts";
import { judge } from "../payment/judge.ts";
import { echoesReference, fit, ownerOf, requestOf } from "../payment/late.ts";
import type { Outcome } from "../payment/outcome.ts";
import type { Tenure } from "./owner.ts";
import type { JournalEntry, PaymentEntry, QuestionAction } from "../ports/journal.ts";
import type { Setting } from "./setting.ts";

export interface LateEvents {
  /** Takes the terminal: what is learnt of a payment is written down by its owner only. */
  readonly own: () => Promise<Tenure>;
  readonly runningKey: () => string | undefined;
  /** The request of the payment that runs may have left. */
  readonly runningSent: () => boolean;
  /** Resolves when no payment runs. */
  readonly idle: () => Promise<void>;
  readonly onLateAnswer: ((entry: JournalEntry, outcome: Outcome) => void) | undefined;
}

export class LateAnswers {
  readonly #setting: Setting;
  readonly #book: Book;
  readonly #watch: LineWatch;
  readonly #lines: Lines;
  readonly #events: LateEvents;
  /** What changes an entry after its payment is over is done one after the other: none writes over another's word. */
  #work: Promise<void> = Promise.resolve();

  constructor(setting: Setting, book: Book, watch: LineWatch, lines: Lines, events: LateEvents) {
    this.#setting = setting;
    this.#book = book;
    this.#watch = watch;
    this.#lines = lines;
    this.#events = events;
  }

  /**
   * A message that no exchange waits for: settles the payment it belongs to, and no other. It is not the answer to
   * a payment whose exchange is still `waiting`, but may be to one that is just being written down as unknown.
   */
  heard(data: Uint8Array, waiting: boolean): void {
    const { lastPayment, owed } = this.#lines;
    const justEnded = !waiting && this.#events.runningSent();
    const running = justEnded ? undefined : this.#events.runningKey();
    const written = justEnded ? this.#events.idle() : undefined;
    this.inTurn(async () => {
      await written;
      await this.#settle(data, running, lastPayment, owed);
    }).catch((error: unknown) => {
      this.#setting.trace?.("error", () => `a late answer could not be recorded: ${String(error)}`);
    });
  }

  /** Runs alone among all that settles payments afterwards. */
  inTurn<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#work.then(task);
    this.#work = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #settle(
    data: Uint8Array,
    running: string | undefined,
    lastPayment: string | undefined,
    owed: readonly QuestionAction[],
  ): Promise<void> {
    const { dialect, profile, trace } = this.#setting;
    const answer = decodeAnswer(dialect, data);
    trace?.("late", () => evidenceOf(answer).answer.join(" "));
    const tenure = await this.#events.own();
    const begun = this.#events.runningKey();
    const entries = await this.#book.entries();
    const others = entries.filter(isPayment).filter(({ key }) => key !== running && key !== begun);
    const candidates = others.filter(awaitsTerminal);
    const told = others.filter((entry) => !awaitsTerminal(entry) && entry.outcome !== "not-sent");
    const doubt = this.#watch.doubt(entries, owed);
    const last = others.find(({ key }) => key === lastPayment);
    // Without an amount it could be to the payment before as well.
    const meant = last === undefined || this.#watch.isRivalled(last, others) ? undefined : lastPayment;
    const owner =
      ownerOf(answer, candidates, meant, told, doubt) ??
      (doubt === "all" ? undefined : toldAgain(answer, told, entries.filter(isPayment)));
    if (owner === undefined) return;
    const outcome = judge(requestOf(owner), answer, profile);
    if (outcome.outcome === "unknown" || outcome.outcome === "acknowledged") return;
    // It may be the answer to a status, of which only an approval counts.
    if (doubt === "unnamed" && outcome.outcome !== "approved") return;
    if (owner.state === "settled") {
      if (owner.outcome === outcome.outcome && told.includes(owner)) return;
      if (owner.outcome !== outcome.outcome)
        await this.#book.note({ ...owner, contradiction: outcome.outcome }, tenure);
    } else await this.#book.conclude(owner, outcome, "late", tenure);
    const entry = await this.#book.find(owner.key);
    if (entry !== undefined) this.#events.onLateAnswer?.(entry, { ...outcome, key: owner.key });
  }
}

/** The terminal has not told the outcome of it: it is open, or a person settled it. */
function awaitsTerminal(entry: PaymentEntry): boolean {
  return entry.state === "sending" || entry.state === "unknown" || entry.settledBy?.by === "person";
}

/** The one payment that bears the reference which the answer names, though its outcome was told before. */
function toldAgain(
  answer: Exclude<JudgedResponse, undefined>,
  told: readonly PaymentEntry[],
  all: readonly PaymentEntry[],
): PaymentEntry | undefined {
  const [entry, another] = all.filter(
    ({ outcome, reference }) => outcome !== "not-sent" && echoesReference(answer, reference),
  );
  if (entry === undefined || another !== undefined || !told.includes(entry)) return undefined;
  return fit(requestOf(entry), answer, entry.reference) === "denies" ? undefined : entry;
}
