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
      const versions = found.rows.map((row) => row.version);
      const newest = Math.max(...versions, FORMAT_VERSION);
      if (newest > FORMAT_VERSION) return { state: "newer", version: newest };
      const payloads = found.rows.map((row) => row.payload);
      const version = Math.min(...versions, FORMAT_VERSION);
      return { state: "found", token: found.token, version, payloads, damaged: [], tornBytes: 0 };
    },
    async append(payload) {
      const transaction = strict(db, ["mark", "records"]);
      if (!(await isHere(transaction))) return "attention";
      const records = transaction.objectStore("records");
      records.add({ version: FORMAT_VERSION, payload } satisfies Row);
      const count = records.count();
      await done(transaction);
      // An estimate, for compaction only: to read all rows for adding one would cost more than it saves.
      return { bytes: count.result * payload.length, tornBytes: 0 };
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

/** `undefined` where there is no log. */
async function readRows(
  transaction: IDBTransaction,
): Promise<{ readonly rows: readonly Row[]; readonly token: LogToken } | undefined> {
  const records = transaction.objectStore("records");
  const [here, rows, keys] = await Promise.all([
    isHere(transaction),
    result<Row[]>(records.getAll()),
    result(records.getAllKeys()),
  ]);
  const bytes = rows.reduce((sum, row) => sum + row.payload.length, 0);
  // Keys only grow, so the last one names the state.
  return here ? { rows, token: { generation: Number(keys.at(-1) ?? 0), bytes } } : undefined;
}
