import type { JournalRecord } from "@concert-pay/core";
import { describe, expect, test } from "vitest";
import { entryPayload } from "./entry-fields.ts";
import { EXPIRED_AT_MOST } from "./expiry.ts";
import { FILE_HEADER_BYTES } from "./log-format.ts";
import { SlotLog } from "./slot-log.ts";
import { NOW, payment, question, settled } from "./testing/entries.ts";
import { emptyDisk, openFiles, type Disk, type Faults } from "./testing/memory-file.ts";
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

describe("questions that were never answered", () => {
  const ask = (index: number): JournalRecord => question({ key: `question:${index}` });
  const twoDaysLater = (): number => NOW + 2 * DAY_MS;

  test("do not have the log rewritten while they are few", async () => {
    const disk = diskOf([payment(), ask(1), ask(2)]);
    const before = structuredClone(disk);
    const journal = await openMemoryJournal(disk, twoDaysLater);
    await journal.entries();
    expect(disk).toEqual(before);
  });

  test("go with the next rewriting", async () => {
    const disk = diskOf([payment(), ask(1), ask(2)]);
    const journal = await openMemoryJournal(disk, twoDaysLater, { compactAboveBytes: 1_000 });
    for (let index = 0; index < 6; index += 1) await journal.record(payment());
    expect(await journal.entries()).toEqual([payment()]);
  });

  test("are dropped when they are many", async () => {
    const disk = diskOf([payment(), ...Array.from({ length: EXPIRED_AT_MOST }, (_, index) => ask(index))]);
    expect(await (await openMemoryJournal(disk, twoDaysLater)).entries()).toEqual([payment()]);
    expect(disk.files[0].length + disk.files[1].length).toBeLessThan(1_000);
  });
});

test("a long log is not rewritten for its length alone", async () => {
  const disk = diskOf(Array.from({ length: 100 }, (_, index) => settled({ key: `sale-${index}` })));
  const { length } = disk.files[0];
  const journal = await openMemoryJournal(disk, () => NOW, { compactAboveBytes: length / 2 });
  await journal.record(payment({ key: "next" }));
  expect(await journal.entries()).toHaveLength(101);
  expect(disk.files[0].length).toBeGreaterThan(length);
});

test("what is damaged after it was read hides nothing, and is found where all is read", async () => {
  const disk = diskOf([payment({ key: "a" }), payment({ key: "b" })]);
  const record = (disk.files[0].length - FILE_HEADER_BYTES) / 2;
  const faults: Faults = {};
  const journal = await openMemoryJournal(disk, () => NOW, { compactAboveBytes: 2 * record }, faults);
  disk.files[0][60] = 0;
  expect(await journal.entries()).toEqual([payment({ key: "a" }), payment({ key: "b" })]);
  // No room for the rewrite that the last of them begins: it fails, and the next record makes sure of the whole log.
  faults.quota = 7 * record;
  for (let index = 0; index < 3; index += 1) await journal.record(payment({ key: "b" }));
  await journal.record(settled({ key: "b" }));
  expect(await journal.entries()).toMatchObject([{ kind: "history-lost" }, settled({ key: "b" })]);
});

test("what a caller does with the entries changes no later answer", async () => {
  const journal = await openMemoryJournal(diskOf([settled()]), () => NOW);
  const entries = (await journal.entries()) as unknown as {
    state: string;
    times: object;
    settledBy: object;
  }[];
  expect(() => entries.pop()).toThrow(TypeError);
  for (const entry of entries)
    for (const part of [entry, entry.times, entry.settledBy])
      expect(() => Object.assign(part, { state: "unknown" })).toThrow(TypeError);
  expect(await journal.entries()).toEqual([settled()]);
});

/** With a log of these. */
function diskOf(entries: readonly JournalRecord[]): Disk {
  const disk = emptyDisk();
  new SlotLog().replace(openFiles(disk), entries.map(entryPayload), undefined);
  return disk;
}
