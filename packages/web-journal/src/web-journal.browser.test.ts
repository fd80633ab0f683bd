/// <reference types="@vitest/browser-playwright" />
import type { JournalRecord } from "@concert-pay/core";
import { expect, onTestFinished, test } from "vitest";
import { cdp } from "vitest/browser";
import { entryPayload } from "./entry-fields.ts";
import { EXPIRED_AT_MOST, SETTLED_ALWAYS_KEPT } from "./expiry.ts";
import { encodeFileHeader, encodeRecord, FILE_HEADER_BYTES, FORMAT_VERSION } from "./log-format.ts";
import { readLog } from "./read-log.ts";
import { AT, loss, NOW, payment, question, settled } from "./testing/entries.ts";
import {
  addRow,
  deleteDatabase,
  deleteFiles,
  deleteLocalMark,
  localMarkKey,
  overwriteFile,
  rowsOf,
  storedFiles,
} from "./testing/stored-bytes.ts";
import { openWebJournal, type WebJournal, type WebJournalOptions } from "./web-journal.ts";

/** A name of its own for each test. */
function newName(): string {
  return `test-${crypto.randomUUID().slice(0, 8)}`;
}

async function open(name: string, options: WebJournalOptions = {}): Promise<WebJournal> {
  const journal = await openWebJournal({ name, persist: false, ...options });
  onTestFinished(() => journal.close());
  return journal;
}

const withoutFiles: WebJournalOptions = { environment: { startWorker: undefined } };
const kinds = (journal: WebJournal): readonly string[] => journal.findings.map((finding) => finding.kind);
const keys = async (journal: WebJournal): Promise<readonly string[]> =>
  (await journal.entries()).map((entry) => entry.key);

test("gives back after reopening what was recorded, from the file system", async () => {
  const name = newName();
  const first = await open(name);
  await first.record(payment({ key: "a" }));
  await first.record(payment({ key: "b" }));
  await first.record(settled({ key: "a" }));
  await first.close();
  const again = await open(name);
  expect(again.store).toBe("file-system");
  expect(await again.entries()).toEqual([settled({ key: "a" }), payment({ key: "b" })]);
  expect(again.findings).toEqual([]);
});

test("a record is in the file when its promise resolves", async () => {
  const name = newName();
  const journal = await open(name);
  await journal.record(payment());
  expect(readLog((await storedFiles(name))[0]).entries).toEqual([payment()]);
});

test("journals of several tabs write into one log and see each other's records", async () => {
  const name = newName();
  const tabs = await Promise.all([1, 2, 3].map(() => open(name, { compactAboveBytes: 3_000 })));
  await Promise.all(
    tabs.map(async (tab, who) => {
      for (let index = 0; index < 20; index += 1)
        await tab.record(payment({ key: `${who}-${index % 4}`, amount: index }));
    }),
  );
  const expected = [0, 1, 2]
    .flatMap((who) => [16, 17, 18, 19].map((index) => `${who}-${index % 4}=${index}`))
    .sort();
  for (const tab of tabs) {
    const entries = await tab.entries();
    expect(
      entries.map((entry) => `${entry.key}=${entry.kind === "payment" ? entry.amount : "?"}`).sort(),
    ).toEqual(expected);
  }
  expect(tabs.flatMap(kinds)).toEqual([]);
});

test("stays small however often entries change, and keeps them in order", async () => {
  const name = newName();
  const journal = await open(name, { compactAboveBytes: 2_000 });
  for (let index = 0; index < 60; index += 1)
    await journal.record(settled({ key: `sale-${index % 3}`, amount: index }));
  await journal.close();
  const [first, second] = await storedFiles(name);
  expect(first.length + second.length).toBeLessThan(5_000);
  expect(await (await open(name)).entries()).toEqual(
    [57, 58, 59].map((amount) => settled({ key: `sale-${amount % 3}`, amount })),
  );
});

test("forgets what was settled longer ago than is kept, never what is open nor the last thousand", async () => {
  const name = newName();
  const sales = (from: string, count: number) =>
    Array.from({ length: count }, (_, index) => settled({ key: `${from}-${index}` }));
  const kept = [payment({ key: "open" }), ...sales("new", SETTLED_ALWAYS_KEPT)];
  const history = [...sales("old", EXPIRED_AT_MOST), ...kept];
  const header = encodeFileHeader({ version: FORMAT_VERSION, generation: 1 });
  const records = history.map((entry) => encodeRecord(entryPayload(entry)));
  await overwriteFile(
    name,
    0,
    new Uint8Array(await new Blob([header, ...records] as BlobPart[]).arrayBuffer()),
  );
  const later = { environment: { now: () => NOW + 31 * 86_400_000 } };
  const keysOf = (entries: readonly JournalRecord[]) => entries.map(({ key }) => key);
  expect(await keys(await open(name, { ...later, keepSettledForDays: 40 }))).toEqual(keysOf(history));
  expect(await keys(await open(name, { ...later, keepSettledForDays: 30 }))).toEqual(keysOf(kept));
  const files = await storedFiles(name);
  expect(files.map((bytes) => new TextDecoder().decode(bytes)).join("")).not.toContain(`"old-`);
});

test("a log that is gone blocks until a person has looked, over reloads", async () => {
  const name = newName();
  const first = await open(name);
  await first.record(payment());
  await first.close();
  await deleteFiles(name);
  for (let reload = 0; reload < 2; reload += 1) {
    const journal = await open(name);
    expect(await journal.entries()).toMatchObject([
      { kind: "history-lost", reason: "wiped", state: "unknown" },
    ]);
    expect(kinds(journal)).toEqual(reload === 0 ? ["wiped"] : []);
    await journal.close();
  }
  const journal = await open(name);
  const [lost] = await journal.entries();
  const done = loss({ key: lost?.key ?? "", state: "settled", settledBy: { by: "person", who: "Anaïs" } });
  await journal.record(done);
  await journal.close();
  expect(await (await open(name)).entries()).toEqual([done]);
});

test("either mark alone tells that a log is gone", async () => {
  for (const forget of [deleteDatabase, deleteLocalMark]) {
    const name = newName();
    const first = await open(name);
    await first.close();
    await deleteFiles(name);
    await forget(name);
    expect(await (await open(name)).entries()).toMatchObject([{ reason: "wiped" }]);
  }
});

test("a log deleted while the page is open blocks, and the record being written is kept", async () => {
  const name = newName();
  const journal = await open(name);
  await journal.record(payment({ key: "before" }));
  await deleteFiles(name);
  await journal.record(settled({ key: "running" }));
  expect(await journal.entries()).toMatchObject([{ reason: "wiped", state: "unknown" }, { key: "running" }]);
});

test("marks that are gone are written again, and the log stands", async () => {
  const name = newName();
  const first = await open(name);
  await first.record(payment());
  await first.close();
  deleteLocalMark(name);
  await deleteDatabase(name);
  const journal = await open(name);
  expect(await journal.entries()).toEqual([payment()]);
  expect(kinds(journal)).toEqual(["marker-restored"]);
  expect(localStorage.getItem(localMarkKey(name))).toContain("file-system");
});

test("where no trace of a log is left, a witness decides whether everything was wiped", async () => {
  const entriesWith = async (witness: () => Promise<boolean>) =>
    (await open(newName(), { witness })).entries();
  expect(await entriesWith(async () => true)).toMatchObject([{ reason: "wiped" }]);
  expect(await entriesWith(async () => false)).toEqual([]);
  expect(await entriesWith(() => Promise.reject(new Error("no bridge")))).toEqual([]);
});

test("a damaged record is reported once and replaced by an entry that blocks; all others stay", async () => {
  const name = newName();
  const first = await open(name);
  for (const key of ["a", "b", "c"]) await first.record(payment({ key }));
  await first.close();
  const bytes = Uint8Array.from((await storedFiles(name))[0]);
  const record = encodeRecord(entryPayload(payment({ key: "a" }))).length;
  bytes[FILE_HEADER_BYTES + record + 40] = 0;
  await overwriteFile(name, 0, bytes);
  const journal = await open(name);
  const expected = [{ key: "a" }, { reason: "damaged-record", state: "unknown" }, { key: "c" }];
  expect(await journal.entries()).toMatchObject(expected);
  expect(kinds(journal)).toEqual(["damaged-record"]);
  await journal.close();
  const again = await open(name);
  expect(await again.entries()).toMatchObject(expected);
  expect(again.findings).toEqual([]);
});

test("a torn tail is cut off and reported", async () => {
  const name = newName();
  const first = await open(name);
  await first.record(payment({ key: "a" }));
  await first.close();
  const torn = encodeRecord(entryPayload(payment({ key: "b" }))).subarray(0, 50);
  await overwriteFile(name, 0, Uint8Array.from([...(await storedFiles(name))[0], ...torn]));
  const journal = await open(name);
  expect(kinds(journal)).toEqual(["torn-tail"]);
  await journal.record(payment({ key: "c" }));
  expect(await keys(journal)).toEqual(["a", "c"]);
  expect(kinds(journal)).toEqual(["torn-tail"]);
});

test.each([1, 2])("upgrades a log of format %i in one step", async (version) => {
  const name = newName();
  const { kind, ...rest } = payment({ key: "old" });
  const old = version === 1 ? rest : { kind, ...rest };
  const header = encodeFileHeader({ version, generation: 1 });
  await overwriteFile(name, 0, Uint8Array.from([...header, ...encodeRecord(JSON.stringify(old))]));
  const journal = await open(name);
  expect(kinds(journal)).toContain("upgraded");
  await journal.record(payment({ key: "new" }));
  await journal.close();
  const again = await open(name);
  expect(await again.entries()).toEqual([payment({ key: "old" }), payment({ key: "new" })]);
  expect(again.findings).toEqual([]);
});

test("keeps a question until it is answered, and forgets it without rewriting the log", async () => {
  const name = newName();
  const journal = await open(name);
  await journal.record(payment({ key: "a" }));
  await journal.record(question());
  await journal.close();
  const again = await open(name);
  expect(await again.entries()).toEqual([payment({ key: "a" }), question()]);
  await again.record(question({ state: "settled", times: { sending: AT, settled: AT } }));
  const before = await storedFiles(name);
  expect(await again.entries()).toEqual([payment({ key: "a" })]);
  expect(await storedFiles(name)).toEqual(before);
});

test("refuses a log of a later format, and leaves it alone", async () => {
  const name = newName();
  const later = Uint8Array.from([
    ...encodeFileHeader({ version: FORMAT_VERSION + 1, generation: 1 }),
    1,
    2,
    3,
  ]);
  await overwriteFile(name, 1, later);
  const journal = await open(name);
  const refusal = { code: "JOURNAL_FAILED", reason: "newer-version" };
  await expect(journal.entries()).rejects.toMatchObject(refusal);
  await expect(journal.record(payment())).rejects.toMatchObject(refusal);
  expect((await storedFiles(name))[1]).toEqual(later);
});

test("writes into IndexedDB where the file system is missing, and stays there", async () => {
  const name = newName();
  const first = await open(name, withoutFiles);
  await first.record(payment({ key: "a" }));
  await first.record(settled({ key: "a" }));
  await first.record(payment({ key: "b" }));
  await first.close();
  const again = await open(name);
  expect(again.store).toBe("indexeddb");
  expect(kinds(again)).toEqual(["fallback"]);
  expect(await again.entries()).toEqual([settled({ key: "a" }), payment({ key: "b" })]);
});

test("IndexedDB too stays small and serves several tabs", async () => {
  const name = newName();
  const options = { ...withoutFiles, compactAboveBytes: 2_000 };
  const tabs = await Promise.all([open(name, options), open(name, options)]);
  await Promise.all(
    tabs.map(async (tab, who) => {
      for (let index = 0; index < 30; index += 1)
        await tab.record(payment({ key: `tab-${who}`, amount: index }));
    }),
  );
  for (const tab of tabs)
    expect((await tab.entries()).map((entry) => (entry.kind === "payment" ? entry.amount : -1))).toEqual([
      29, 29,
    ]);
});

test("in IndexedDB too an open journal sees what others append, and what they make of the log", async () => {
  const name = newName();
  const db = { ...withoutFiles, compactAboveBytes: 2_000 };
  const [mine, theirs] = [await open(name, withoutFiles), await open(name, db)];
  expect(await keys(mine)).toEqual([]);
  await theirs.record(payment({ key: "a" }));
  expect(await keys(mine)).toEqual(["a"]);
  await mine.record(payment({ key: "b" }));
  await theirs.record(settled({ key: "a" }));
  expect(await mine.entries()).toEqual([settled({ key: "a" }), payment({ key: "b" })]);
  for (let amount = 1; amount <= 9; amount += 1) await theirs.record(payment({ key: "b", amount }));
  await theirs.entries();
  expect((await rowsOf(name)).length).toBeLessThan(9);
  expect(await mine.entries()).toEqual([settled({ key: "a" }), payment({ key: "b", amount: 9 })]);
  await addRow(name, { version: 2, payload: JSON.stringify(payment({ key: "c" })) });
  expect(await keys(mine)).toEqual(["a", "b", "c"]);
  expect(kinds(mine)).toContain("upgraded");
  await addRow(name, { version: FORMAT_VERSION + 1, payload: "?" });
  await expect(mine.entries()).rejects.toMatchObject({ reason: "newer-version" });
});

test("an IndexedDB database that is gone blocks until a person has looked", async () => {
  const name = newName();
  const first = await open(name, withoutFiles);
  await first.record(payment());
  await first.close();
  await deleteDatabase(name);
  for (let reload = 0; reload < 2; reload += 1) {
    const journal = await open(name, withoutFiles);
    expect(await journal.entries()).toMatchObject([{ reason: "wiped", state: "unknown" }]);
    await journal.close();
  }
});

test("an IndexedDB database deleted while the page is open blocks, and the running record is kept", async () => {
  const name = newName();
  const journal = await open(name, withoutFiles);
  await journal.record(payment({ key: "before" }));
  await deleteDatabase(name);
  await journal.record(settled({ key: "running" }));
  expect(await journal.entries()).toMatchObject([{ reason: "wiped" }, { key: "running" }]);
});

test("refuses rather than begin an empty log elsewhere when the file system stops working", async () => {
  const name = newName();
  const first = await open(name);
  await first.record(payment());
  await first.close();
  const startWorker = (): Worker => new Worker(new URL("/no-such-script.js", location.href));
  for (const environment of [{ startWorker: undefined }, { startWorker }]) {
    const journal = await open(name, { environment });
    await expect(journal.entries()).rejects.toMatchObject({ code: "JOURNAL_FAILED", reason: "storage" });
    await expect(journal.record(payment())).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  }
  expect(await (await open(name)).entries()).toEqual([payment()]);
});

test("tabs that differ in what works for them never keep two logs", async () => {
  for (let round = 0; round < 5; round += 1) {
    const name = newName();
    const tabs = await Promise.all([open(name), open(name, withoutFiles)]);
    const kept = await Promise.allSettled(tabs.map((tab, who) => tab.record(payment({ key: `tab-${who}` }))));
    const acknowledged = kept.flatMap(({ status }, who) => (status === "fulfilled" ? [`tab-${who}`] : []));
    expect(acknowledged).not.toEqual([]);
    expect(await keys(await open(name))).toEqual(expect.arrayContaining(acknowledged));
  }
});

test("rejects, saying why, where nothing can be kept, and works as soon as it can", async () => {
  const environment: { startWorker: undefined; indexedDB: IDBFactory | undefined; localStorage: undefined } =
    {
      startWorker: undefined,
      indexedDB: undefined,
      localStorage: undefined,
    };
  const journal = await open(newName(), { environment });
  await expect(journal.entries()).rejects.toMatchObject({ code: "JOURNAL_FAILED" });
  await expect(journal.record(payment())).rejects.toThrow(
    "the journal cannot be used: the origin private file system is missing; IndexedDB is missing",
  );
  expect(journal.store).toBeUndefined();
});

test("with no space left in the file system, refuses the record and leaves the log whole", async () => {
  const name = newName();
  const journal = await open(name);
  await journal.record(payment({ key: "a" }));
  const quota = (size: { quotaSize?: number }): Promise<unknown> =>
    cdp().send("Storage.overrideQuotaForOrigin", { origin: location.origin, ...size });
  await quota({ quotaSize: 1 });
  try {
    await expect(journal.record(payment({ key: "full" }))).rejects.toMatchObject({
      code: "JOURNAL_FAILED",
      reason: "quota",
    });
  } finally {
    await quota({});
  }
  await journal.record(payment({ key: "b" }));
  expect(await keys(journal)).toEqual(["a", "b"]);
  expect(kinds(journal)).toEqual([]);
});

test("with no space left in IndexedDB, refuses the record and leaves the log whole", async () => {
  const name = newName();
  const journal = await open(name, withoutFiles);
  await journal.record(payment({ key: "a" }));
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = () => {
    throw new DOMException("no space", "QuotaExceededError");
  };
  try {
    await expect(journal.record(payment({ key: "full" }))).rejects.toMatchObject({
      code: "JOURNAL_FAILED",
      reason: "quota",
    });
  } finally {
    IDBObjectStore.prototype.add = add;
  }
  await journal.record(payment({ key: "b" }));
  expect(await keys(journal)).toEqual(["a", "b"]);
});

test("an entry that may hold a card number as its key is refused before anything is written", async () => {
  const name = newName();
  const journal = await open(name);
  await expect(journal.record(payment({ key: "5017677122000674" }))).rejects.toMatchObject({
    reason: "bad-entry",
    field: "key",
  });
  await journal.record(payment({ reference: "5017677122000674", doubt: "card 5017 6771 2200 0674" }));
  const text = new TextDecoder().decode((await storedFiles(name))[0]);
  expect(text).toContain("501767******0674");
  expect(text + (await journal.exportJson())).not.toMatch(/\d{13}|0674 ?2200/);
});

test("exports all entries with who settled them", async () => {
  const journal = await open(newName(), { environment: { now: () => NOW } });
  const byPerson = settled({ key: "b", settledBy: { by: "person", who: "Anaïs" } });
  await journal.record(payment({ key: "a" }));
  await journal.record(byPerson);
  expect(JSON.parse(await journal.exportJson())).toMatchObject({
    format: FORMAT_VERSION,
    exportedAt: new Date(NOW).toISOString(),
    entries: [payment({ key: "a" }), byPerson],
    findings: [],
  });
});

test("asks the browser once to keep the data, and tells its answer", async () => {
  let asked = 0;
  const answering = (answer: boolean) =>
    ({
      persisted: async () => false,
      persist: async () => ((asked += 1), answer),
    }) as unknown as StorageManager;
  for (const answer of [true, false]) {
    const journal = await open(newName(), { persist: true, environment: { storage: answering(answer) } });
    expect(await journal.persisted).toBe(answer);
  }
  expect(asked).toBe(2);
  expect(await (await open(newName(), { environment: { storage: answering(true) } })).persisted).toBe(false);
  expect(asked).toBe(2);
});

test("after close every call says so", async () => {
  const journal = await open(newName());
  await journal.close();
  await expect(journal.record(payment())).rejects.toMatchObject({ code: "WRONG_STATE" });
  await expect(journal.entries()).rejects.toMatchObject({ code: "WRONG_STATE" });
});

test("refuses options that make no sense, naming them", async () => {
  await expect(openWebJournal({ name: "a/b" })).rejects.toMatchObject({ code: "BAD_REQUEST", field: "name" });
  await expect(openWebJournal({ keepSettledForDays: Number.NaN })).rejects.toMatchObject({
    field: "keepSettledForDays",
  });
});
