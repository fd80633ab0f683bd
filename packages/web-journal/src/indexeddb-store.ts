/**
 * The log in IndexedDB, where the file system cannot be used. Chromium may delete the whole database after a kill
 * (4 of 120 kills of a busily writing page); the mark in localStorage and `dataLoss` tell.
 * @module
 */
import { done, MarkedElsewhere, result, strict } from "./database.ts";
import { FORMAT_VERSION } from "./log-format.ts";
import type { LogStore } from "./log-store.ts";
import { asMark } from "./marker.ts";
import type { LogToken } from "./slot-log.ts";

/** One stored record. `version` is that of its payload. */
interface Row {
  readonly version: number;
  readonly payload: string;
}

/** A log exists once the mark says so: both are written in one transaction. */
export function indexedDbStore(db: IDBDatabase): LogStore {
  return {
    kind: "indexeddb",
    async read() {
      const found = await readRows(db.transaction(["mark", "records"]));
      if (found === undefined) return { state: "missing" };
      let [oldest, newest]: [number, number] = [FORMAT_VERSION, FORMAT_VERSION];
      for (const { version } of found.rows) {
        oldest = Math.min(oldest, version);
        newest = Math.max(newest, version);
      }
      if (newest > FORMAT_VERSION) return { state: "newer", version: newest };
      const payloads = found.rows.map((row) => row.payload);
      return { state: "found", token: found.token, version: oldest, payloads, damaged: [], tornBytes: 0 };
    },
    async follow(since) {
      const found = await readRows(db.transaction(["mark", "records"]), since.generation);
      if (found === undefined) return undefined;
      // A rewrite gives every row a new key.
      const rows = since.generation === 0 ? found.rows : found.rows.slice(1);
      const isRewritten = since.generation !== 0 && found.firstKey !== since.generation;
      if (isRewritten || rows.some((row) => row.version !== FORMAT_VERSION)) return undefined;
      const token = { generation: found.token.generation, bytes: since.bytes + bytesOf(rows) };
      return { token, payloads: rows.map((row) => row.payload) };
    },
    async append(payload) {
      const transaction = strict(db, ["mark", "records"]);
      if (!(await isHere(transaction))) return "attention";
      const records = transaction.objectStore("records");
      const last = records.add({ version: FORMAT_VERSION, payload } satisfies Row);
      const first = records.openKeyCursor();
      await done(transaction);
      // An estimate, for compaction only: to read all rows for adding one would cost more than it saves.
      const count = Number(last.result) - Number(first.result?.key) + 1;
      return { bytes: count * payload.length, tornBytes: 0 };
    },
    async replace(payloads, expected) {
      const transaction = strict(db, ["mark", "records"]);
      const found = (await readRows(transaction))?.token;
      if (found?.generation !== expected?.generation || found?.bytes !== expected?.bytes) return undefined;
      const marks = transaction.objectStore("mark");
      if (asMark(await result(marks.get("mark")))?.store === "file-system") throw new MarkedElsewhere();
      marks.put({ store: "indexeddb" }, "mark");
      const records = transaction.objectStore("records");
      records.clear();
      for (const payload of payloads) records.add({ version: FORMAT_VERSION, payload } satisfies Row);
      const replaced = await readRows(transaction);
      await done(transaction);
      return replaced?.token;
    },
    close: () => db.close(),
  };
}

async function isHere(transaction: IDBTransaction): Promise<boolean> {
  return asMark(await result(transaction.objectStore("mark").get("mark")))?.store === "indexeddb";
}

interface Rows {
  readonly rows: readonly Row[];
  readonly firstKey: number;
  readonly token: LogToken;
}

/** All rows, or those whose key is `from` at least. `undefined` where there is no log. */
async function readRows(transaction: IDBTransaction, from = 0): Promise<Rows | undefined> {
  const records = transaction.objectStore("records");
  const range = IDBKeyRange.lowerBound(from);
  const [here, rows, keys] = await Promise.all([
    isHere(transaction),
    result<Row[]>(records.getAll(range)),
    result(records.getAllKeys(range)),
  ]);
  if (!here) return undefined;
  // Keys only grow, so the last one names the state.
  const [firstKey, lastKey] = [Number(keys[0] ?? 0), Number(keys.at(-1) ?? 0)];
  return { rows, firstKey, token: { generation: lastKey, bytes: bytesOf(rows) } };
}

function bytesOf(rows: readonly Row[]): number {
  return rows.reduce((sum, row) => sum + row.payload.length, 0);
}
