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
  const intended = record("x", "intended");
  const open = [record("x", "sending"), record("x", "unknown")];

  test.each([intended, ...open])("replaces one that is $state", (held) => {
    for (const next of [...open, record("x", "settled", "approved"), record("x", "settled", "not-sent")])
      expect(supersedes(next, held)).toBe(true);
  });

  test("that is intended replaces none that may have been sent", () => {
    expect(supersedes(intended, intended)).toBe(true);
    for (const held of open) expect(supersedes(intended, held)).toBe(false);
  });

  test("settles anew what a person was asked to look at, if a person says so", () => {
    const held: PaymentEntry = {
      ...record("x", "settled", "failed"),
      checkTerminal: true,
      settledBy: { by: "terminal", how: "answer" },
    };
    const looked: PaymentEntry = {
      ...record("x", "settled", "approved"),
      settledBy: { by: "person", who: "Ada" },
    };
    expect(supersedes(looked, held)).toBe(true);
    expect(supersedes({ ...looked, outcome: "failed" }, held)).toBe(true);
    expect(supersedes({ ...looked, settledBy: { by: "terminal", how: "late" } }, held)).toBe(false);
    const { checkTerminal: _, ...clear } = held;
    expect(supersedes(looked, clear)).toBe(false);
  });

  test.each<FinalOutcome>(["approved", "declined", "abandoned", "failed", "not-sent"])(
    "leaves one settled as %s settled so",
    (outcome) => {
      const held = record("x", "settled", outcome);
      for (const next of [intended, ...open]) expect(supersedes(next, held)).toBe(false);
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
