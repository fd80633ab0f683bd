import type { JournalRecord } from "@concert-pay/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { entryPayload } from "./entry-fields.ts";
import { encodeFileHeader, encodeRecord, FILE_HEADER_BYTES, FORMAT_VERSION } from "./log-format.ts";
import { readLog } from "./read-log.ts";
import { AT, NOW, payment, question, settled } from "./testing/entries.ts";

const now = (): number => NOW;

function logOf(payloads: readonly string[], version = FORMAT_VERSION): Uint8Array<ArrayBuffer> {
  const header = encodeFileHeader({ version, generation: 7 });
  return Uint8Array.from([...header, ...payloads.flatMap((payload) => [...encodeRecord(payload)])]);
}

test("gives the last record of every key, in the order the keys were first recorded", () => {
  const history = [payment({ key: "a" }), payment({ key: "b" }), settled({ key: "a" })];
  expect(readLog(logOf(history.map(entryPayload)), now)).toEqual({
    entries: [settled({ key: "a" }), payment({ key: "b" })],
    findings: [],
  });
});

test("a record that a newer exchange of its key has overtaken counts for nothing", () => {
  const overtaken = payment({ key: "a", exchange: "old" });
  const lateNotSent = settled({ key: "a", exchange: "old", outcome: "not-sent" });
  const history = [payment({ key: "a", exchange: "new" }), overtaken, lateNotSent];
  expect(readLog(logOf(history.map(entryPayload)), now).entries).toEqual([
    payment({ key: "a", exchange: "new" }),
  ]);
});

test("forgets a question once it is answered", () => {
  const answered = question({ state: "settled", times: { sending: AT, settled: AT } });
  const history = [question(), payment(), question({ key: "question:open" }), answered];
  expect(readLog(logOf(history.map(entryPayload)), now).entries).toEqual([
    payment(),
    question({ key: "question:open" }),
  ]);
});

test("reports a torn tail, and blocks nothing for it", () => {
  const bytes = logOf([settled({ key: "a" }), payment({ key: "b" })].map(entryPayload));
  const { entries, findings } = readLog(bytes.subarray(0, bytes.length - 1), now);
  expect(entries).toEqual([settled({ key: "a" })]);
  expect(findings).toMatchObject([{ kind: "torn-tail" }]);
});

test("a damaged record blocks until a person has looked, under the same key at every reading", () => {
  const bytes = logOf(
    [settled({ key: "a" }), payment({ key: "b" }), settled({ key: "c" })].map(entryPayload),
  );
  const at = FILE_HEADER_BYTES + encodeRecord(entryPayload(settled({ key: "a" }))).length;
  bytes[at + 30] = 0;
  const { entries, findings } = readLog(bytes, now);
  const key = `history-lost:damaged-record:7:${at}`;
  expect(entries).toMatchObject([
    { key: "a" },
    { kind: "history-lost", key, state: "unknown" },
    { key: "c" },
  ]);
  expect(findings).toMatchObject([{ kind: "damaged-record" }]);
  expect(readLog(bytes, () => NOW + 5).entries[1]?.key).toBe(key);
});

describe("a damaged record takes no later one with it:", () => {
  const begun = (exchange: string): JournalRecord =>
    payment({ exchange, state: "intended", times: { intended: AT } });
  const notSent = (exchange: string): JournalRecord =>
    settled({ exchange, outcome: "not-sent", settledBy: { by: "register" } });
  const sending = (exchange: string): JournalRecord => payment({ exchange });
  const approved = (exchange: string): JournalRecord => settled({ exchange });

  /** What counts of the one key when the record at `index` is damaged. */
  const without = (index: number, history: readonly JournalRecord[]): JournalRecord | undefined => {
    const bytes = logOf(history.map(entryPayload));
    const before = history.slice(0, index).map((entry) => encodeRecord(entryPayload(entry)).length);
    const at = FILE_HEADER_BYTES + before.reduce((sum, length) => sum + length, 0) + 30;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const { entries, findings } = readLog(bytes, now);
    expect(findings).toMatchObject([{ kind: "damaged-record" }]);
    expect(entries.some(({ kind }) => kind === "history-lost")).toBe(true);
    return entries.find(({ key }) => key === "sale-1");
  };

  const TWICE = [begun("x"), notSent("x"), begun("y"), sending("y"), approved("y")];

  test.each([0, 1, 2, 3])("the approval of a second exchange counts without record %i", (index) => {
    expect(without(index, TWICE)).toEqual(approved("y"));
  });

  test("the approval lost, the payment is open", () => {
    expect(without(4, TWICE)).toEqual(sending("y"));
    expect(without(4, [...TWICE.slice(0, 3), sending("y"), approved("y")])).toEqual(sending("y"));
  });

  test("what was recorded as intended may have been sent", () => {
    expect(without(1, [begun("x"), sending("x")])).toEqual({
      ...begun("x"),
      state: "unknown",
      doubt: "restarted",
    });
    expect(without(1, [begun("x"), sending("x"), approved("x")])).toEqual(approved("x"));
  });

  test("and brings back none that was overtaken", () => {
    const overtaken = [begun("y"), sending("y"), payment({ key: "other" }), notSent("x")];
    expect(without(2, overtaken)).toEqual(sending("y"));
    const settledFirst = [begun("y"), approved("y"), payment({ key: "other" }), sending("x")];
    expect(without(2, settledFirst)).toEqual(approved("y"));
  });
});

test("an intact record that is no entry blocks too", () => {
  const { entries } = readLog(logOf([`{"kind":"payment"}`, entryPayload(settled({ key: "c" }))]), now);
  expect(entries).toMatchObject([{ kind: "history-lost", reason: "damaged-record" }, { key: "c" }]);
});

test("reads the oldest format, whose records did not name their kind", () => {
  const { kind: _, ...first } = payment({ key: "a" });
  const { entries, findings } = readLog(logOf([JSON.stringify(first)], 1), now);
  expect(entries).toEqual([payment({ key: "a" })]);
  expect(findings).toMatchObject([{ kind: "upgraded" }]);
});

test("reads format 2, which knew no questions", () => {
  const lines = [payment({ key: "a" }), settled({ key: "b" })];
  const { entries, findings } = readLog(logOf(lines.map(entryPayload), 2), now);
  expect(entries).toEqual(lines);
  expect(findings).toMatchObject([{ kind: "upgraded" }]);
});

test("refuses a later format", () => {
  const later = FORMAT_VERSION + 1;
  expect(() => readLog(logOf([], later), now)).toThrow(`journal format ${later} is not known here`);
});

const history = fc.array(
  fc
    .tuple(fc.constantFrom("a", "b", "c"), fc.boolean(), fc.nat({ max: 9_999 }))
    .map(([key, isOpen, amount]) => (isOpen ? payment : settled)({ key, amount })),
  { minLength: 1, maxLength: 12 },
);

test("any one byte changed never shows a wrong entry, and never says that nothing is open where something is", () => {
  fc.assert(
    fc.property(history, fc.nat(), fc.integer({ min: 1, max: 255 }), (records, place, change) => {
      const bytes = logOf(records.map(entryPayload));
      const at = place % bytes.length;
      bytes[at] = (bytes[at] as number) ^ change;
      const { entries } = readLog(bytes, now);
      expect(entries.some((entry) => entry.kind === "history-lost" && entry.state === "unknown")).toBe(true);
      for (const entry of entries) if (entry.kind === "payment") expect(records).toContainEqual(entry);
    }),
  );
});

test("cut anywhere, shows the entries as they stood at some earlier moment", () => {
  fc.assert(
    fc.property(history, fc.nat(), (records, place) => {
      const bytes = logOf(records.map(entryPayload));
      const cut = FILE_HEADER_BYTES + (place % (bytes.length - FILE_HEADER_BYTES + 1));
      const moments = records.map(
        (_, count) => readLog(logOf(records.slice(0, count).map(entryPayload)), now).entries,
      );
      moments.push(readLog(bytes, now).entries);
      expect(moments).toContainEqual(readLog(bytes.subarray(0, cut), now).entries);
    }),
  );
});
