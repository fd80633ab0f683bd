/**
 * Entries for tests.
 * @module
 */
import type { HistoryLostEntry, PaymentEntry, QuestionEntry } from "@concert-pay/core";

export const AT = "2026-11-24T09:30:00.000Z";
export const NOW: number = Date.parse(AT);

/** A payment of 12.50 EUR that is being sent. */
export function payment(changes: Partial<PaymentEntry> = {}): PaymentEntry {
  return {
    kind: "payment",
    key: "sale-1",
    action: "debit",
    amount: 1250,
    currency: "EUR",
    register: "01",
    terminal: "bridge:counter-1",
    exchange: "0b9d8d4e-6b58-4d6a-9f0c-2f6f0f4f8a11",
    dialect: "v3",
    state: "sending",
    times: { intended: AT, sending: AT },
    ...changes,
  };
}

/** The same, settled by the terminal's answer. */
export function settled(changes: Partial<PaymentEntry> = {}): PaymentEntry {
  return payment({
    state: "settled",
    outcome: "approved",
    settledBy: { by: "terminal", how: "answer" },
    times: { intended: AT, sending: AT, settled: AT },
    ...changes,
  });
}

export function loss(changes: Partial<HistoryLostEntry> = {}): HistoryLostEntry {
  const times = { unknown: AT };
  return {
    kind: "history-lost",
    key: "history-lost:wiped:1",
    reason: "wiped",
    state: "unknown",
    times,
    ...changes,
  };
}

/** A duplicate that may be asked. */
export function question(changes: Partial<QuestionEntry> = {}): QuestionEntry {
  return {
    kind: "question",
    key: "question:3f1a",
    action: "duplicate",
    terminal: "serial:1",
    state: "sending",
    times: { sending: AT },
    ...changes,
  };
}
