/**
 * The payments of one terminal as the register knows them: every change is in the journal before it counts.
 * @module
 */
import type { Ages } from "./ages.ts";
import { ConcertError } from "../errors.ts";
import { maskCardNumbers } from "../mask.ts";
import type { Outcome } from "../payment/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import {
  isUnsettled,
  supersedes,
  type FinalOutcome,
  type Journal,
  type JournalEntry,
  type PaymentEntry,
  type Rival,
} from "../ports/journal.ts";
import { concluded, intended, isPayment, moved, settled, type PaymentIdentity } from "./entry-states.ts";
import type { Tenure } from "./owner.ts";
import type { Questions } from "./questions.ts";

export interface BookOptions {
  /** Its failures are `JOURNAL_FAILED`. */
  readonly journal: Journal;
  /** Told what stands in the journal whenever it is read. */
  readonly questions: Pick<Questions, "read">;
  readonly ages: Ages;
  readonly clock: Clock;
  readonly terminal: string;
  readonly dialect: string;
  readonly keepMaskedPan: boolean;
}

/** Whatever writes is told in which tenure it was begun, and writes in no other. */
export class Book {
  readonly #options: BookOptions;
  /** Entries whose last change the journal refused: true in memory, to be written before the next payment. */
  readonly #unwritten = new Map<string, { readonly entry: JournalEntry; readonly tenure: Tenure }>();
  /** Entries read before, as the journal gave them: it may give tens of thousands each time. */
  readonly #seen = new WeakSet<JournalEntry>();

  constructor(options: BookOptions) {
    this.#options = options;
  }

  /** Every entry that concerns this terminal, newest state, oldest first. @throws ConcertError `JOURNAL_FAILED` */
  async entries(): Promise<readonly JournalEntry[]> {
    return (await this.#all()).filter(
      (entry) => entry.kind === "history-lost" || entry.terminal === this.#options.terminal,
    );
  }

  /** What bears this key in the whole journal, whichever terminal it was for: a key names one payment. */
  async named(key: string): Promise<JournalEntry | undefined> {
    return (await this.#all()).find((entry) => entry.key === key);
  }

  async find(key: string): Promise<JournalEntry | undefined> {
    return (await this.entries()).find((entry) => entry.key === key);
  }

  /** Writes what the journal refused before. @throws ConcertError `JOURNAL_FAILED` */
  async catchUp(): Promise<void> {
    for (const { entry, tenure } of this.#unwritten.values())
      if (tenure.held) await this.#write(entry, tenure);
      else this.#unwritten.delete(entry.key);
  }

  /**
   * As {@link entries}, with all of it in the journal: what is learnt while that is read, and refused, is true in
   * memory only, and would let a payment be sent over one that the next page finds unsettled.
   * @throws ConcertError `JOURNAL_FAILED`
   */
  async writtenEntries(): Promise<readonly JournalEntry[]> {
    for (;;) {
      await this.catchUp();
      const entries = await this.entries();
      if (this.#unwritten.size === 0) return entries;
    }
  }

  /** How long ago it was settled, at least, in milliseconds. 0 where it is not. */
  sinceSettled({ key, times }: JournalEntry): number {
    return times.settled === undefined ? 0 : this.#options.ages.of(key, times.settled);
  }

  /** Step 1: recorded, nothing sent. @throws ConcertError `JOURNAL_FAILED`, `WRONG_STATE` */
  async begin(identity: PaymentIdentity, exchange: string, tenure: Tenure): Promise<PaymentEntry> {
    const { terminal, dialect } = this.#options;
    const entry = intended(identity, { terminal, exchange, dialect }, this.#time());
    await this.#write(entry, tenure);
    await this.#mustCount(entry);
    return entry;
  }

  /** Step 2: bytes may leave once this has resolved. @throws ConcertError `JOURNAL_FAILED`, `WRONG_STATE` */
  async sending(entry: PaymentEntry, rival: Rival | undefined, tenure: Tenure): Promise<PaymentEntry> {
    const next = moved(entry, "sending", rival === undefined ? {} : { rival }, this.#time());
    await this.#write(next, tenure);
    await this.#mustCount(next);
    mustHold(tenure);
    return next;
  }

  /** Step 3: what became of it. A journal that fails now leaves the entry as it was, which is safe: it blocks. */
  async conclude(
    entry: PaymentEntry,
    outcome: Outcome,
    how: "answer" | "resumed" | "late" | "status",
    tenure: Tenure,
  ): Promise<boolean> {
    return this.#keep(concluded(entry, outcome, how, this.#options.keepMaskedPan, this.#time()), tenure);
  }

  /** The terminal certainly never held the request. */
  async notSent(entry: PaymentEntry, tenure: Tenure): Promise<boolean> {
    return this.#keep(settled(entry, "not-sent", { by: "register" }, {}, this.#time()), tenure);
  }

  /** Found in the journal after the page that sent it was gone: nobody waited for its answer. */
  async restarted(entry: PaymentEntry, tenure: Tenure): Promise<boolean> {
    return this.#keep(moved(entry, "unknown", { doubt: "restarted" }, this.#time()), tenure);
  }

  /** The entry with the cashier's wish to cancel on it; not written yet. */
  wished(entry: PaymentEntry): PaymentEntry {
    return entry.cancelRequested === undefined ? { ...entry, cancelRequested: this.#time() } : entry;
  }

  /** Writes an entry whose state has not changed. */
  async note(entry: PaymentEntry, tenure: Tenure): Promise<boolean> {
    return this.#keep(entry, tenure);
  }

  /** A person's word. @throws ConcertError `JOURNAL_FAILED`, `WRONG_STATE` */
  async decide(entry: JournalEntry, outcome: FinalOutcome, who: string, tenure: Tenure): Promise<void> {
    const settledBy = { by: "person", who: maskCardNumbers(who) } as const;
    const time = this.#time();
    const decided: JournalEntry = isPayment(entry)
      ? settled(entry, outcome, settledBy, {}, time)
      : { ...entry, state: "settled", settledBy, times: { ...entry.times, settled: time } };
    await this.#write(decided, tenure);
  }

  async #all(): Promise<readonly JournalEntry[]> {
    const { journal, questions, ages } = this.#options;
    const all = await journal.entries();
    questions.read(all);
    ages.setBy();
    const entries = all.filter((entry): entry is JournalEntry => entry.kind !== "question");
    for (const entry of entries) {
      if (this.#seen.has(entry)) continue;
      this.#seen.add(entry);
      if (entry.times.settled !== undefined) ages.seen(entry.key, entry.times.settled);
    }
    return this.#unwritten.size === 0 ? entries : entries.map((entry) => this.#unwrittenOf(entry) ?? entry);
  }

  /** Times are ISO 8601, so that no run of digits in the journal looks like a card number. */
  #time(): string {
    return new Date(this.#options.clock.wallTime()).toISOString();
  }

  /**
   * What is recorded of a payment before its first byte must be what a page that comes later will read: another page
   * may have written under its key meanwhile, or the journal have been wiped, or never have kept it.
   * @throws ConcertError `WRONG_STATE`, `JOURNAL_FAILED`
   */
  async #mustCount(entry: PaymentEntry): Promise<void> {
    const all = await this.#all();
    const lost = all.find((other) => other.kind === "history-lost" && isUnsettled(other));
    if (lost !== undefined) throw unsettled(lost);
    const counted = all.find(({ key }) => key === entry.key);
    if (counted?.kind !== "payment") throw forgotten(entry.key);
    if (counted.exchange !== entry.exchange || counted.state !== entry.state) throw overtaken(entry.key);
  }

  async #keep(entry: JournalEntry, tenure: Tenure): Promise<boolean> {
    try {
      await this.#write(entry, tenure);
      return true;
    } catch {
      if (tenure.held) this.#unwritten.set(entry.key, { entry, tenure });
      return false;
    }
  }

  #unwrittenOf(written: JournalEntry): JournalEntry | undefined {
    const unwritten = this.#unwritten.get(written.key);
    return unwritten?.tenure.held === true && supersedes(unwritten.entry, written)
      ? unwritten.entry
      : undefined;
  }

  async #write(entry: JournalEntry, tenure: Tenure): Promise<void> {
    mustHold(tenure);
    await this.#options.journal.record(entry);
    this.#unwritten.delete(entry.key);
    const { settled: settledAt } = entry.times;
    if (settledAt !== undefined) this.#options.ages.happens(entry.key, settledAt);
  }
}

/** @throws ConcertError `WRONG_STATE` */
function mustHold({ held }: Tenure): void {
  if (!held)
    throw new ConcertError(
      "WRONG_STATE",
      "the terminal was given up meanwhile: this page was left, or closed it",
      {
        reason: "owner-lost",
      },
    );
}

function forgotten(key: string): ConcertError {
  return new ConcertError(
    "JOURNAL_FAILED",
    `the payment journal did not keep the payment ${JSON.stringify(key)}; nothing was sent`,
  );
}

function overtaken(key: string): ConcertError {
  return new ConcertError("WRONG_STATE", "another page records a payment under this key; call again", {
    reason: "overtaken",
    pendingKey: key,
  });
}

/** A person's word about an attempt that is not the last of its key. */
export function anotherAttempt(entry: PaymentEntry): ConcertError {
  return new ConcertError(
    "WRONG_STATE",
    `${JSON.stringify(entry.key)} was sent again since; look at the terminal again`,
    { reason: "overtaken", pendingKey: entry.key, pending: entry },
  );
}

/** What blocks a new payment. */
export function unsettled(entry: JournalEntry): ConcertError {
  const what =
    entry.kind === "payment"
      ? `a payment of ${entry.amount} ${entry.currency} (minor units) on ${entry.terminal} is unsettled`
      : `the journal has lost entries (${entry.reason})`;
  return new ConcertError("WRONG_STATE", `${what}; recover or settle ${JSON.stringify(entry.key)} first`, {
    reason: entry.kind === "payment" ? "unsettled" : "history-lost",
    pendingKey: entry.key,
    pending: entry,
  });
}

/** Unsettled payments and other blocks, without the payment that is running right now. */
export function blocking(
  entries: readonly JournalEntry[],
  runningKey: string | undefined,
): readonly JournalEntry[] {
  return entries.filter((entry) => isUnsettled(entry) && entry.key !== runningKey);
}
