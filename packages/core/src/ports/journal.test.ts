import { describe, expect, test } from "vitest";
import {
  memoryJournal,
  supersedes,
  type FinalOutcome,
  type HistoryLostEntry,
  type JournalEntry,
  type PaymentEntry,
} from "./journal.ts";

const AT = "2026-11-28T09:30:00.000Z";

function record(exchange: string, state: PaymentEntry["state"], outcome?: FinalOutcome): PaymentEntry {
  return {
    kind: "payment",
    key: "sale-1",
    action: "debit",
    amount: 1250,
    currency: "EUR",
    register: "01",
    terminal: "counter-1",
    exchange,
    dialect: "v3",
    state,
    times: { intended: AT },
    ...(outcome === undefined ? {} : { outcome, settledBy: { by: "register" } }),
  };
}

const LOST: HistoryLostEntry = {
  kind: "history-lost",
  key: "sale-1",
  reason: "wiped",
  state: "unknown",
  times: { unknown: AT },
};

describe("a record of the same exchange", () => {
  const open = [record("x", "intended"), record("x", "sending"), record("x", "unknown")];

  test.each(open)("replaces one that is $state, whatever it says itself", (held) => {
    for (const next of [...open, record("x", "settled", "approved"), record("x", "settled", "not-sent")])
      expect(supersedes(next, held)).toBe(true);
  });

  test.each<FinalOutcome>(["approved", "declined", "abandoned", "failed", "not-sent"])(
    "leaves one settled as %s settled so",
    (outcome) => {
      const held = record("x", "settled", outcome);
      for (const next of open) expect(supersedes(next, held)).toBe(false);
      const other = outcome === "approved" ? "declined" : "approved";
      expect(supersedes(record("x", "settled", other), held)).toBe(false);
      expect(supersedes({ ...held, contradiction: "approved" }, held)).toBe(true);
    },
  );
});

describe("a record of another exchange", () => {
  test("begins anew where nothing was sent", () => {
    expect(supersedes(record("new", "intended"), record("old", "settled", "not-sent"))).toBe(true);
  });

  test.each([record("new", "sending"), record("new", "unknown"), record("new", "settled", "approved")])(
    "does not begin as $state",
    (next) => expect(supersedes(next, record("old", "settled", "not-sent"))).toBe(false),
  );

  test.each([
    record("old", "intended"),
    record("old", "sending"),
    record("old", "unknown"),
    record("old", "settled", "approved"),
    record("old", "settled", "declined"),
    record("old", "settled", "abandoned"),
    record("old", "settled", "failed"),
  ])("does not begin over $state $outcome", (held) =>
    expect(supersedes(record("new", "intended"), held)).toBe(false),
  );
});

test("a first record counts, and so does what concerns a loss of history", () => {
  expect(supersedes(record("x", "settled", "approved"), undefined)).toBe(true);
  expect(supersedes(LOST, record("x", "sending"))).toBe(true);
  expect(supersedes(record("x", "sending"), LOST)).toBe(true);
  expect(supersedes({ ...LOST, state: "settled" }, LOST)).toBe(true);
});

test("the journal in memory keeps what counts", async () => {
  const journal = memoryJournal();
  const said: readonly JournalEntry[] = [record("new", "sending"), record("old", "settled", "not-sent")];
  for (const entry of said) await journal.record(entry);
  expect(await journal.entries()).toEqual([record("new", "sending")]);
});
