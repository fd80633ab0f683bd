/**
 * A terminal that does what the test says, and remembers what was asked of it.
 * @module
 */
import {
  money,
  type CallOptions,
  type Evidence,
  type HistoryLostEntry,
  type JournalEntry,
  type Outcome,
  type PaymentEntry,
  type PaymentRequest,
  type Phase,
  type Terminal,
} from "@concert-pay/core";

export const NO_EVIDENCE: Evidence = { answer: [], tickets: [], warnings: [] };
export const REASON = { code: undefined, fr: "Raison du terminal", en: "The terminal's reason" };
export const AMOUNT = money(1250, "EUR");

const base = { key: "sale-1", action: "debit", amount: AMOUNT, evidence: NO_EVIDENCE } as const;

export const APPROVED: Outcome = { ...base, outcome: "approved", charged: AMOUNT, partial: false };
export const DECLINED: Outcome = { ...base, outcome: "declined", reason: REASON };
export const UNKNOWN: Outcome = { ...base, outcome: "unknown", doubt: "silence", reason: REASON };
export const ACKNOWLEDGED: Outcome = { ...base, outcome: "acknowledged", reason: REASON };

export function failedOutcome(more: { checkTerminal: boolean; busy?: boolean }): Outcome {
  return { ...base, outcome: "failed", reason: REASON, busy: false, ...more };
}

export function unsettled(key = "sale-1"): PaymentEntry {
  return {
    kind: "payment",
    key,
    action: "debit",
    amount: 1250,
    currency: "EUR",
    register: "01",
    reference: "TICKET-7",
    terminal: "fake",
    exchange: "0".repeat(8),
    dialect: "v3",
    state: "unknown",
    times: { sending: "2026-03-02T09:30:00.000Z" },
  };
}

export const LOST: HistoryLostEntry = {
  kind: "history-lost",
  key: "lost-1",
  reason: "wiped",
  state: "unknown",
  times: {},
};

/** One call that the test answers. */
export interface Waiting<T> {
  readonly phase: (phase: Phase) => void;
  readonly answer: (value: T) => void;
  readonly reject: (error: unknown) => void;
}

export class FakeTerminal implements Terminal {
  /** Unsettled entries. */
  entries: JournalEntry[] = [];
  readonly payments: PaymentRequest[] = [];
  readonly settlements: { key: string; outcome: string; by: string; exchange?: string }[] = [];
  /** What the journal holds of settled payments. */
  readonly outcomes: Map<string, Outcome> = new Map();
  /** Thrown at whoever wants a person's word written down. */
  unwritable: Error | undefined;
  cancelRequests = 0;
  closed = 0;
  /** The payment, or recovery, that waits for the test. */
  waiting: Waiting<Outcome> | undefined;

  pay(request: PaymentRequest, options?: CallOptions): Promise<Outcome> {
    this.payments.push(request);
    return this.#wait(options);
  }

  recover(_key: string, options?: CallOptions): Promise<Outcome> {
    return this.#wait(options);
  }

  async settle(key: string, decision: { outcome: string; by: string; exchange?: string }): Promise<void> {
    if (this.unwritable !== undefined) throw this.unwritable;
    this.settlements.push({ key, ...decision });
    this.entries = this.entries.filter((entry) => entry.key !== key);
  }

  async pending(): Promise<readonly JournalEntry[]> {
    return this.entries;
  }

  async recorded(key: string): Promise<Outcome | undefined> {
    return this.outcomes.get(key);
  }

  requestCancel(): void {
    this.cancelRequests += 1;
  }

  async close(): Promise<void> {
    this.closed += 1;
  }

  refund = this.#never;
  reverse = this.#never;
  duplicate = this.#never;
  identify = this.#never;
  print = this.#never;
  transactionStatus = this.#never;
  reboot = this.#never;
  ctmsStatus = this.#never;

  #wait(options?: CallOptions): Promise<Outcome> {
    return new Promise((answer, reject) => {
      this.waiting = { phase: (phase) => options?.onPhase?.(phase), answer, reject };
    });
  }

  #never(): Promise<never> {
    return Promise.reject(new Error("the element never asks for this"));
  }
}
