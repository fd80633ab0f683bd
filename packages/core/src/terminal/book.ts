/**
 * The payments of one terminal as the register knows them: every change is in the journal before it counts.
 * @module
 */
import { ConcertError } from "../errors.ts";
import { maskCardNumbers } from "../mask.ts";
import type { Money } from "../payment/money.ts";
import type { Outcome } from "../payment/outcome.ts";
import type { Clock } from "../ports/clock.ts";
import {
  isUnsettled,
  supersedes,
  type EntryState,
  type FinalOutcome,
  type FinancialAction,
  type Journal,
  type JournalEntry,
  type PaymentEntry,
  type SettledBy,
} from "../ports/journal.ts";
import type { Tenure } from "./owner.ts";
import { within } from "./within.ts";

/** A journal that does not answer is as bad as one that refuses: nothing hangs on it. */
const JOURNAL_WITHIN_MS = 10_000;

/** What names a payment: two calls that agree in all of it are the same payment. */
export interface PaymentIdentity {
  readonly key: string;
  readonly action: FinancialAction;
  readonly amount: Money;
  readonly register: string;
  readonly reference: string | undefined;
}

export interface BookOptions {
  readonly journal: Journal;
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

  /** Step 1: recorded, nothing sent. @throws ConcertError `JOURNAL_FAILED`, `WRONG_STATE` */
  async begin(identity: PaymentIdentity, exchange: string, tenure: Tenure): Promise<PaymentEntry> {
    const { terminal, dialect } = this.#options;
    const entry: PaymentEntry = {
      kind: "payment",
      key: identity.key,
      action: identity.action,
      amount: identity.amount.minorUnits,
      currency: identity.amount.currency,
      register: identity.register,
      ...(identity.reference === undefined ? {} : { reference: identity.reference }),
      terminal,
      exchange,
      dialect,
      state: "intended",
      times: { intended: this.#time() },
    };
    await this.#write(entry, tenure);
    // What follows counts only if this did: a write of another page may have come in between.
    const counted = await this.named(entry.key);
    if (counted?.kind === "payment" && counted.exchange !== exchange) throw overtaken(entry.key);
    return entry;
  }

  /** Step 2: bytes may leave once this has resolved. @throws ConcertError `JOURNAL_FAILED`, `WRONG_STATE` */
  async sending(entry: PaymentEntry, tenure: Tenure): Promise<PaymentEntry> {
    const next = this.#moved(entry, "sending", {});
    await this.#write(next, tenure);
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
    const { evidence } = outcome;
    const pan = this.#options.keepMaskedPan ? evidence.pan : undefined;
    const facts = {
      ...defined("authorisation", evidence.authorisation),
      ...defined("application", evidence.application),
      ...defined("reading", evidence.reading),
      ...defined("pan", pan),
      ...(outcome.outcome === "approved" && outcome.partial ? { charged: outcome.charged.minorUnits } : {}),
      ...(outcome.outcome === "failed" && outcome.checkTerminal ? ({ checkTerminal: true } as const) : {}),
    };
    if (outcome.outcome === "unknown" || outcome.outcome === "acknowledged") {
      const doubt = outcome.outcome === "unknown" ? outcome.doubt : "acknowledged";
      return this.#keep(this.#moved(entry, "unknown", { ...facts, doubt }), tenure);
    }
    return this.#keep(this.#settled(entry, outcome.outcome, { by: "terminal", how }, facts), tenure);
  }

  /** The terminal certainly never held the request. */
  async notSent(entry: PaymentEntry, tenure: Tenure): Promise<boolean> {
    return this.#keep(this.#settled(entry, "not-sent", { by: "register" }, {}), tenure);
  }

  /** Found in the journal after the page that sent it was gone: nobody waited for its answer. */
  async restarted(entry: PaymentEntry, tenure: Tenure): Promise<boolean> {
    return this.#keep(this.#moved(entry, "unknown", { doubt: "restarted" }), tenure);
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
    const settledBy: SettledBy = { by: "person", who: maskCardNumbers(who) };
    const { checkTerminal: _, ...looked } = entry as PaymentEntry;
    await this.#write(
      entry.kind === "payment"
        ? this.#settled(looked, outcome, settledBy, {})
        : { ...entry, state: "settled", settledBy, times: { ...entry.times, settled: this.#time() } },
      tenure,
    );
  }

  async #all(): Promise<readonly JournalEntry[]> {
    const all = await this.#guard("be read", () => this.#options.journal.entries());
    return all.map((entry) => this.#unwrittenOf(entry) ?? entry);
  }

  /** Times are ISO 8601, so that no run of digits in the journal looks like a card number. */
  #time(): string {
    return new Date(this.#options.clock.wallTime()).toISOString();
  }

  #moved(entry: PaymentEntry, state: EntryState, facts: Partial<PaymentEntry>): PaymentEntry {
    return { ...entry, ...facts, state, times: { ...entry.times, [state]: this.#time() } };
  }

  #settled(
    entry: PaymentEntry,
    outcome: FinalOutcome,
    settledBy: SettledBy,
    facts: Partial<PaymentEntry>,
  ): PaymentEntry {
    const { doubt: _, ...rest } = this.#moved(entry, "settled", facts);
    return { ...rest, outcome, settledBy };
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
    await this.#guard("be written", () => this.#options.journal.record(entry));
    this.#unwritten.delete(entry.key);
  }

  async #guard<T>(what: string, run: () => Promise<T>): Promise<T> {
    try {
      return await within(this.#options.clock, JOURNAL_WITHIN_MS, run());
    } catch (error) {
      if (error instanceof ConcertError && error.code === "JOURNAL_FAILED") throw error;
      const why = error instanceof Error ? error.message : String(error);
      throw new ConcertError("JOURNAL_FAILED", `the payment journal cannot ${what}: ${why}`, {
        cause: error,
      });
    }
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

function overtaken(key: string): ConcertError {
  return new ConcertError("WRONG_STATE", "another page records a payment under this key; call again", {
    reason: "overtaken",
    pendingKey: key,
  });
}

export function isPayment(entry: JournalEntry): entry is PaymentEntry {
  return entry.kind === "payment";
}

/** Unsettled payments and other blocks, without the payment that is running right now. */
export function blocking(
  entries: readonly JournalEntry[],
  runningKey: string | undefined,
): readonly JournalEntry[] {
  return entries.filter((entry) => isUnsettled(entry) && entry.key !== runningKey);
}

/** True when the recorded payment is the one asked for. */
export function isSamePayment(entry: PaymentEntry, identity: PaymentIdentity): boolean {
  return (
    entry.action === identity.action &&
    entry.amount === identity.amount.minorUnits &&
    entry.currency === identity.amount.currency &&
    entry.register === identity.register &&
    entry.reference === identity.reference
  );
}

function defined<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: string });
}
