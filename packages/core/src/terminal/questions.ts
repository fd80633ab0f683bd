/**
 * What pages before this one have asked on the line, and whose answer may still come (docs/decisions/002). What this
 * page has asked itself is in its `LineMemory`.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Journal, JournalRecord, QuestionAction, QuestionEntry } from "../ports/journal.ts";
import { randomId, type RandomBytes } from "../ports/random.ts";
import type { Ages } from "./ages.ts";
import { JOURNAL_WITHIN_MS } from "./guarded-journal.ts";
import { OWED_MS } from "./line-memory.ts";

const DAY_MS = 86_400_000;

export interface QuestionsOptions {
  readonly journal: Journal;
  readonly ages: Ages;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** `Connector.id`. */
  readonly terminal: string;
}

export class Questions {
  readonly #options: QuestionsOptions;
  /** Of this page, by key; `undefined` once it is over. */
  readonly #own = new Map<string, QuestionEntry | undefined>();
  #others: readonly QuestionEntry[] = [];

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /**
   * Writes down that it may be asked from now on, before it is. Returns what to call when nobody waits for its answer
   * any more: `over` where it was answered for certain, or not asked.
   * @throws ConcertError `JOURNAL_FAILED`: the question must not be asked, as nobody would know of it
   */
  async asks(action: QuestionAction): Promise<(over: boolean) => void> {
    const { journal, ages, clock, random, terminal } = this.#options;
    const begun = clock.now();
    const entry: QuestionEntry = {
      kind: "question",
      key: `question:${randomId(random)}`,
      action,
      terminal,
      state: "sending",
      times: { sending: this.#time() },
    };
    this.#own.set(entry.key, entry);
    ages.happens(entry.key, entry.times.sending ?? "");
    await journal.record(entry);
    this.read(await journal.entries());
    this.#tidy();
    // The page was frozen over it. Its age is counted from the time it bears.
    if (clock.now() - begun > JOURNAL_WITHIN_MS) {
      this.#settle(entry);
      throw new ConcertError("JOURNAL_FAILED", `the payment journal took too long; ${action} was not asked`);
    }
    return (over) => {
      if (over) this.#settle(entry);
      else this.#renew(entry);
    };
  }

  /** What stands in the journal now. */
  read(records: readonly JournalRecord[]): void {
    const { ages, terminal } = this.#options;
    this.#others = records.filter(
      (entry): entry is QuestionEntry =>
        entry.kind === "question" &&
        entry.terminal === terminal &&
        entry.state !== "settled" &&
        !this.#own.has(entry.key),
    );
    for (const { key, times } of this.#others) ages.seen(key, times.sending ?? "");
  }

  /** What other pages have asked and may still be answered, by the journal as it was read last. */
  owed(): readonly QuestionAction[] {
    const { ages } = this.#options;
    return this.#others
      .filter(({ key, times }) => ages.of(key, times.sending ?? "") <= OWED_MS)
      .map(({ action }) => action);
  }

  /** What nobody reckons with any more is not kept. */
  #tidy(): void {
    for (const entry of this.#own.values())
      if (entry !== undefined && this.#age(entry) > OWED_MS) this.#settle(entry);
    for (const entry of this.#others) if (this.#age(entry) > DAY_MS) this.#settle(entry);
  }

  #age({ key, times }: QuestionEntry): number {
    return this.#options.ages.of(key, times.sending ?? "");
  }

  #settle(entry: QuestionEntry): void {
    this.#own.set(entry.key, undefined);
    this.#write({ ...entry, state: "settled", times: { ...entry.times, settled: this.#time() } });
  }

  /** It may still be answered, for as long from now on. */
  #renew(entry: QuestionEntry): void {
    const sending = this.#time();
    const renewed = { ...entry, times: { sending } };
    this.#own.set(entry.key, renewed);
    this.#options.ages.happens(entry.key, sending);
    this.#write(renewed);
  }

  /** Unwritten it is reckoned with as it was: for longer than need be, or from its asking on. */
  #write(entry: QuestionEntry): void {
    this.#options.journal.record(entry).catch(() => undefined);
  }

  /** ISO 8601. */
  #time(): string {
    return new Date(this.#options.clock.wallTime()).toISOString();
  }
}
