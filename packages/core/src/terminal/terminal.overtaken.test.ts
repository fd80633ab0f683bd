import { expect, test } from "vitest";
import { memoryJournal, type Journal, type JournalRecord, type PaymentEntry } from "../ports/journal.ts";
import { APPROVAL, bench, EUR } from "../testing/bench.ts";
import { answering, farEnd } from "../testing/far-end.ts";

/** What another page has written under `key`, and what that came to. */
function foreign(key: string, state: PaymentEntry["state"], outcome?: "not-sent"): PaymentEntry {
  return {
    kind: "payment",
    key,
    action: "debit",
    amount: 2500,
    currency: "EUR",
    register: "01",
    terminal: farEnd().id,
    exchange: "of another page",
    dialect: "v3",
    state,
    times: { intended: "2026-11-28T09:30:00.000Z" },
    ...(outcome === undefined ? {} : { outcome, settledBy: { by: "register" } }),
  };
}

/** Runs `before` ahead of each record of that kind. */
function journalWith(inner: Journal, before: (entry: JournalRecord) => Promise<void>): Journal {
  return {
    entries: () => inner.entries(),
    record: async (entry) => {
      await before(entry);
      await inner.record(entry);
    },
  };
}

test("a write of another page that lands just before ours under the same key: nothing is sent", async () => {
  const inner = memoryJournal();
  let landed = false;
  const journal = journalWith(inner, async ({ state }) => {
    if (landed || state !== "intended") return;
    landed = true;
    await inner.record(foreign("a", "intended"));
  });
  const { clock, far, terminal } = bench(farEnd(answering(APPROVAL)), { journal });
  const refused = terminal.pay({ amount: EUR(2500), key: "a" }).catch((error: unknown) => error);
  await clock.advance(1_000);
  expect(await refused).toMatchObject({ code: "WRONG_STATE", reason: "overtaken", pendingKey: "a" });
  expect(far.written()).toEqual([]);
  // Called again, what the other page left is seen for what it is, and the sale is paid once.
  const paying = terminal.pay({ amount: EUR(2500), key: "a" });
  await clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "approved" });
  expect(far.written()).toHaveLength(1);
});

test("where a dead page's payment cannot be closed, a new one is refused before anything is sent", async () => {
  const inner = memoryJournal([foreign("old", "intended")]);
  let full = true;
  const journal = journalWith(inner, async (entry) => {
    if (full && entry.state === "settled") throw new Error("no space left");
  });
  const { clock, far, terminal } = bench(farEnd(answering(APPROVAL)), { journal });
  const refused = terminal.pay({ amount: EUR(2500), key: "old" }).catch((error: unknown) => error);
  await clock.advance(1_000);
  expect(await refused).toMatchObject({ code: "JOURNAL_FAILED" });
  expect(far.written()).toEqual([]);
  full = false;
  const paying = terminal.pay({ amount: EUR(2500), key: "old" });
  await clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "approved" });
  expect(await inner.entries()).toMatchObject([{ key: "old", outcome: "approved" }]);
});

test("a person's word about one attempt does not settle another of the same key", async () => {
  const journal = memoryJournal([foreign("a", "unknown")]);
  const { terminal } = bench(farEnd(answering(APPROVAL)), { journal });
  const lookedAt = "of the attempt before";
  const settling = terminal.settle("a", { outcome: "failed", by: "Anne", exchange: lookedAt });
  await expect(settling).rejects.toMatchObject({
    code: "WRONG_STATE",
    reason: "overtaken",
    pendingKey: "a",
    pending: { exchange: "of another page" },
  });
  const [pending] = await terminal.pending();
  expect(pending).toMatchObject({ key: "a", state: "unknown" });
  const { exchange } = pending as PaymentEntry;
  await terminal.settle("a", { outcome: "failed", by: "Anne", exchange });
  expect(await terminal.pending()).toEqual([]);
});

test("an attempt is named by a text, or not at all", async () => {
  const { terminal } = bench(farEnd(), { journal: memoryJournal([foreign("a", "unknown")]) });
  const exchange = 7 as unknown as string;
  const settling = terminal.settle("a", { outcome: "failed", by: "Anne", exchange });
  await expect(settling).rejects.toMatchObject({ code: "BAD_REQUEST", field: "exchange", value: "7" });
});
