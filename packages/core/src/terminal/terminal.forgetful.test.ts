/** A journal that calls a record written and does not have it: no payment is made on its word. */
import { expect, test } from "vitest";
import { memoryJournal, type EntryState, type Journal } from "../ports/journal.ts";
import { APPROVAL, bench, EUR } from "../testing/bench.ts";
import { answering, farEnd } from "../testing/far-end.ts";

/** Empties itself once it has taken a record of that state. */
function emptiedAfter(state: EntryState): Journal {
  let inner = memoryJournal();
  return {
    entries: () => inner.entries(),
    record: async (entry) => {
      await inner.record(entry);
      if (entry.state === state) inner = memoryJournal();
    },
  };
}

test.each<[string, Journal]>([
  ["keeps nothing", { entries: async () => [], record: async () => undefined }],
  ["is emptied before the connection", emptiedAfter("intended")],
  ["is emptied before the first byte", emptiedAfter("sending")],
])("a journal that %s: nothing is sent", async (_, journal) => {
  const far = farEnd(answering(APPROVAL));
  const { clock, terminal } = bench(far, { journal });
  const refused = terminal.pay({ amount: EUR(2500), key: "a" }).catch((error: unknown) => error);
  await clock.advance(1_000);
  expect(await refused).toMatchObject({
    code: "JOURNAL_FAILED",
    message: expect.stringContaining('did not keep the payment "a"') as string,
  });
  expect(far.written()).toEqual([]);
});
