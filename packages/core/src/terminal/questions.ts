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
  /** Of this page, by key; `undefined` once it is over, until that is written. */
  readonly #own = new Map<string, QuestionEntry | undefined>();
  /** Keys of those that somebody waits for. */
  readonly #waiting = new Set<string>();
  #others: readonly QuestionEntry[] = [];
  #cancelTidying: (() => void) | undefined;
  #closed = false;

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
    this.#waiting.add(entry.key);
    ages.happens(entry.key, entry.times.sending ?? "");
    try {
      await journal.record(entry);
      this.read(await journal.entries());
      // The page was frozen over it. Its age is counted from the time it bears.
      if (clock.now() - begun > JOURNAL_WITHIN_MS)
        throw new ConcertError(
          "JOURNAL_FAILED",
          `the payment journal took too long; ${action} was not asked`,
        );
    } catch (error) {
      this.#waiting.delete(entry.key);
      this.#settle(entry);
      throw error;
    }
    return (over) => {
      this.#waiting.delete(entry.key);
      if (over) this.#settle(this.#own.get(entry.key) ?? entry);
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
    this.#tidy();
  }

  /** The answer to such a question of another page has come for certain. */
  answered(action: QuestionAction): void {
    const entry = this.#others.find((other) => other.action === action);
    if (entry !== undefined) this.#settle(entry);
  }

  /** Stops looking for what is of no account any more. */
  close(): void {
    this.#closed = true;
    this.#cancelTidying?.();
  }

  /** What other pages have asked and may still be answered, by the journal as it was read last. */
  owed(): readonly QuestionAction[] {
    return this.#others.filter((entry) => this.#age(entry) <= OWED_MS).map(({ action }) => action);
  }

  /** What nobody reckons with any more is not kept: the next page would reckon with it anew. */
  #tidy(): void {
    const all = [...this.#own.values(), ...this.#others].filter((entry) => entry !== undefined);
    const open = all.filter((entry) => this.#waiting.has(entry.key) || this.#age(entry) <= OWED_MS);
    for (const entry of all) if (!open.includes(entry)) this.#settle(entry);
    const { clock } = this.#options;
    if (open.length === 0 || this.#cancelTidying !== undefined || this.#closed) return;
    this.#cancelTidying = clock.setTimer(clock.now() + OWED_MS + 1_000, () => {
      this.#cancelTidying = undefined;
      this.#tidy();
    });
  }

  #age({ key, times }: QuestionEntry): number {
    return this.#options.ages.of(key, times.sending ?? "");
  }

  #settle(entry: QuestionEntry): void {
    const { key, times } = entry;
    this.#own.set(key, undefined);
    this.#others = this.#others.filter((other) => other.key !== key);
    const settled = { ...entry, state: "settled", times: { ...times, settled: this.#time() } } as const;
    this.#write(settled, () => {
      this.#own.delete(key);
      this.#options.ages.forget(key, times.sending ?? "");
    });
  }

  /** It may still be answered, for as long from now on. */
  #renew(entry: QuestionEntry): void {
    const sending = this.#time();
    const renewed = { ...entry, times: { sending } };
    this.#own.set(entry.key, renewed);
    this.#options.ages.forget(entry.key, entry.times.sending ?? "");
    this.#options.ages.happens(entry.key, sending);
    this.#write(renewed);
    this.#tidy();
  }

  /** Unwritten it is reckoned with as it was: for longer than need be, or from its asking on. */
  #write(entry: QuestionEntry, then: () => void = () => undefined): void {
    this.#options.journal.record(entry).then(then, () => undefined);
  }

  /** ISO 8601. */
  #time(): string {
    return new Date(this.#options.clock.wallTime()).toISOString();
  }
}
