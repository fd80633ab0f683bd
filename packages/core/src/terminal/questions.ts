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
  readonly #own = new Set<string>();
  #others: readonly QuestionEntry[] = [];

  constructor(options: QuestionsOptions) {
    this.#options = options;
  }

  /**
   * Writes down that it may be asked from now on, before it is. Returns what to call once it is answered for certain,
   * or was not asked.
   * @throws ConcertError `JOURNAL_FAILED`: the question must not be asked, as nobody would know of it
   */
  async asks(action: QuestionAction): Promise<() => void> {
    const { journal, clock, random, terminal } = this.#options;
    const begun = clock.now();
    const sending = new Date(clock.wallTime()).toISOString();
    const entry: QuestionEntry = {
      kind: "question",
      key: `question:${randomId(random)}`,
      action,
      terminal,
      state: "sending",
      times: { sending },
    };
    this.#own.add(entry.key);
    await journal.record(entry);
    // The page was frozen over it. Its age is counted from the time it bears.
    if (clock.now() - begun > JOURNAL_WITHIN_MS)
      throw new ConcertError("JOURNAL_FAILED", `the payment journal took too long; ${action} was not asked`);
    return () => {
      const settled = new Date(clock.wallTime()).toISOString();
      // Unwritten it is reckoned with for longer than need be.
      journal.record({ ...entry, state: "settled", times: { sending, settled } }).catch(() => undefined);
    };
  }

  /** What stands in the journal now. */
  read(records: readonly JournalRecord[]): void {
    const { terminal } = this.#options;
    this.#others = records.filter(
      (entry): entry is QuestionEntry =>
        entry.kind === "question" &&
        entry.terminal === terminal &&
        entry.state !== "settled" &&
        !this.#own.has(entry.key),
    );
  }

  /** What other pages have asked and may still be answered, by the journal as it was read last. */
  owed(): readonly QuestionAction[] {
    const { ages } = this.#options;
    return this.#others
      .filter(({ key, times }) => ages.of(key, times.sending ?? "") <= OWED_MS)
      .map(({ action }) => action);
  }
}
