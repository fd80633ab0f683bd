/**
 * What the page writes: payments numbered by their amount, so that whoever reads one knows what it must look like.
 * @module
 */
import type { JournalRecord, PaymentEntry } from "../../../packages/core/src/index.ts";

/** Few keys, rewritten again and again, so that the log is compacted all the time. */
const KEYS = 12;
const AT = "2026-11-24T09:30:00.000Z";

/** The payment number `sequence`: one in three is left open. */
export function numberedEntry(sequence: number): PaymentEntry {
  const entry = openEntry(`sale-${sequence % KEYS}`, sequence);
  if (sequence % 3 === 0) return entry;
  const times = { ...entry.times, settled: AT };
  return {
    ...entry,
    state: "settled",
    times,
    outcome: "approved",
    settledBy: { by: "terminal", how: "answer" },
  };
}

/** A payment that nobody ever settles. */
export function openEntry(key: string, amount: number): PaymentEntry {
  return {
    kind: "payment",
    key,
    action: "debit",
    amount,
    currency: "EUR",
    register: "01",
    terminal: "bridge:counter-1",
    exchange: "0b9d8d4e-6b58-4d6a-9f0c-2f6f0f4f8a11",
    dialect: "v3",
    state: "sending",
    times: { intended: AT, sending: AT },
  };
}

/** What the page says when it has opened the journal. */
export interface Found {
  readonly entries: readonly JournalRecord[];
  readonly findings: readonly { readonly kind: string; readonly detail: string }[];
  readonly store: string | undefined;
}

/** What it is told then: to leave `openKey` open, and to write from `next` on. */
export interface Orders {
  readonly openKey: string;
  readonly next: number;
}

/** What it says of every record that the journal has acknowledged. */
export interface Acknowledged {
  readonly key: string;
  readonly amount: number;
  readonly tookMs: number;
}
