/**
 * Where payments are written down before the first byte leaves. The interface, and what an entry may hold: an
 * allow-list, never a card number (pitfall 14).
 * @module
 */

/** The actions that move money, and so are journaled. */
export type FinancialAction = "debit" | "credit" | "reversal";

/** The actions that move none. */
export type QuestionAction = "duplicate" | "identification" | "print" | "status" | "reboot" | "ctms-status";

/**
 * - `intended`: recorded; no byte has left. Found after a restart it proves that nothing was sent.
 * - `sending`: recorded just before the first byte. Found after a restart the outcome is unknown.
 * - `unknown`: the exchange ended without a trustworthy answer, or the terminal only acknowledged it. Blocks.
 * - `settled`: `outcome` is final.
 */
export type EntryState = "intended" | "sending" | "unknown" | "settled";

/** How a settled entry came to be settled. */
export type SettledBy =
  /** The terminal's own answer: at once, held by the bridge, late, or to a status query. */
  | { readonly by: "terminal"; readonly how: "answer" | "resumed" | "late" | "status" }
  /** The register proved that no complete request had reached the terminal. */
  | { readonly by: "register" }
  /** A person decided, after looking at the terminal. */
  | { readonly by: "person"; readonly who: string };

export type FinalOutcome = "approved" | "declined" | "abandoned" | "failed" | "not-sent";

/** Times of the last change into each state, ISO 8601 in UTC with milliseconds. */
export type EntryTimes = { readonly [state in EntryState]?: string };

/** Whose answer may come instead: that to the same request, made before, or that to another one. */
export type Rival = "same" | "other";

/** One payment, whole: every record of the journal repeats all of it. */
export interface PaymentEntry {
  readonly kind: "payment";
  /** The caller's name for this payment, unique within the journal. */
  readonly key: string;
  readonly action: FinancialAction;
  /** Minor units. */
  readonly amount: number;
  /** ISO 4217 letters: `"EUR"`. */
  readonly currency: string;
  /** Register number (CA), two digits. */
  readonly register: string;
  /** The reference sent, masked. */
  readonly reference?: string;
  /** `Connector.id` of the terminal. */
  readonly terminal: string;
  /** Name of the exchange on the carrier. */
  readonly exchange: string;
  readonly dialect: string;
  readonly state: EntryState;
  readonly times: EntryTimes;
  /** Present when settled. */
  readonly outcome?: FinalOutcome;
  readonly settledBy?: SettledBy;
  /** Settled as failed by a terminal that gave no clear cause: a person has still to look at it. */
  readonly checkTerminal?: true;
  /** Where an answer names no request: what else one could be to when this was sent. Gone when settled. */
  readonly rival?: Rival;
  /** Why the outcome is unknown, in the words of `Outcome.reason`. */
  readonly doubt?: string;
  /** When the cashier asked to cancel, if so. */
  readonly cancelRequested?: string;
  /** Minor units really charged, where the terminal said so and it differs from `amount`. */
  readonly charged?: number;
  /** AC of the answer. */
  readonly authorisation?: string;
  /** CC of the answer. */
  readonly application?: string;
  /** CI of the answer. */
  readonly reading?: string;
  /** Masked card number; only where the application opted in. */
  readonly pan?: string;
  /** An answer that came after the entry was settled by a person and says otherwise. Shown, never applied. */
  readonly contradiction?: string;
}

/**
 * The journal lost something: it was wiped, or a record in it is damaged. What it said is not known, so a person
 * checks the terminal before the next payment. An empty journal is never read as "no open payment".
 */
export interface HistoryLostEntry {
  readonly kind: "history-lost";
  readonly key: string;
  /** What was found: `"wiped"`, `"damaged-record"`. */
  readonly reason: string;
  readonly state: "unknown" | "settled";
  readonly times: EntryTimes;
  readonly settledBy?: SettledBy;
}

/** What a person may have to settle. */
export type JournalEntry = PaymentEntry | HistoryLostEntry;

/**
 * A question that moves no money, asked where an answer names no request: on a serial line, or in frames over IP. Its
 * answer may come when the page that asked is gone, and look like a payment's (docs/decisions/002). Never blocks.
 */
export interface QuestionEntry {
  readonly kind: "question";
  readonly key: string;
  readonly action: QuestionAction;
  /** `Connector.id` of the terminal. */
  readonly terminal: string;
  /** `sending`: it may have been asked. `settled`: answered for certain, or never asked; then it may be forgotten. */
  readonly state: "sending" | "settled";
  readonly times: EntryTimes;
}

/** Whatever a journal keeps. */
export type JournalRecord = JournalEntry | QuestionEntry;

export interface Journal {
  /**
   * The record of every key that counts ({@link supersedes}), in the order the keys were first recorded. Reads what other
   * tabs wrote.
   */
  entries(): Promise<readonly JournalRecord[]>;
  /**
   * Writes the entry after the older record of its key, which it replaces if it {@link supersedes}. Resolves only once it
   * would survive a crash of the page and of the browser. Rejects with `JOURNAL_FAILED` (quota, private mode,
   * damage); then it may or may not have been kept.
   */
  record(entry: JournalRecord): Promise<void>;
}

/** Unsettled: blocks the next payment. An `intended` entry blocks too until its owner has ended it. */
export function isUnsettled(entry: JournalRecord): boolean {
  return entry.kind !== "question" && entry.state !== "settled";
}

/**
 * Whether a record that reaches the journal after `held`, of the same key, replaces it. A write can be overtaken: the
 * page that began it was frozen, and another has made the payment meanwhile. So what is settled stays as it is
 * settled, unless a person was asked to look; what was sent is not "intended" any more; and a new exchange begins with
 * `intended`, where the one before was certainly not sent (docs/decisions/004).
 */
export function supersedes(next: JournalRecord, held: JournalRecord | undefined): boolean {
  if (held === undefined || next.kind !== "payment" || held.kind !== "payment") return true;
  if (next.exchange !== held.exchange) return next.state === "intended" && held.outcome === "not-sent";
  if (held.state !== "settled") return next.state !== "intended" || held.state === "intended";
  if (next.state !== "settled") return false;
  return next.outcome === held.outcome || (held.checkTerminal === true && next.settledBy?.by === "person");
}

/** Nothing depends on it any more. */
export function isForgettable(entry: JournalRecord): boolean {
  return entry.kind === "question" && entry.state === "settled";
}

/** A journal that lives as long as the object. For tests and for Node programs with a store of their own. */
export function memoryJournal(initial: readonly JournalRecord[] = []): Journal {
  const byKey = new Map(initial.map((entry) => [entry.key, entry]));
  return {
    entries: async () => [...byKey.values()],
    record: async (entry) => {
      if (!supersedes(entry, byKey.get(entry.key))) return;
      if (isForgettable(entry)) byKey.delete(entry.key);
      else byKey.set(entry.key, entry);
    },
  };
}
