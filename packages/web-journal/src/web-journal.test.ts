import { expect, test } from "vitest";
import { NOW, settled } from "./testing/entries.ts";
import { emptyDisk } from "./testing/memory-file.ts";
import { openMemoryJournal } from "./testing/memory-worker.ts";

const DAY_MS = 86_400_000;

test.each([
  ["set right after it stood at 2000", Date.parse("2000-01-01T00:10:00Z"), NOW],
  ["set wrong, 500 days ahead", NOW, NOW + 500 * DAY_MS],
])("the clock alone deletes no settled payment: %s", async (_, first, then) => {
  let wall = first;
  const disk = emptyDisk();
  const sale = settled({ key: "sale-1", times: { settled: new Date(first).toISOString() } });
  const journal = await openMemoryJournal(disk, () => wall);
  await journal.record(sale);
  wall = then;
  expect(await journal.entries()).toEqual([sale]);
  expect(await (await openMemoryJournal(disk, () => wall)).entries()).toEqual([sale]);
});
