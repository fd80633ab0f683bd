/**
 * The journal's IndexedDB database: the mark, and the log itself where the file system cannot be used.
 * @module
 */
import { asMark, type Mark } from "./marker.ts";

export interface JournalDatabase {
  readonly db: IDBDatabase;
  /** The browser found the database damaged and deleted it, in its words. Chromium says so once. */
  readonly dataLoss: string | undefined;
}

/** Rejects where IndexedDB is missing or refused. */
export async function openDatabase(factory: IDBFactory | undefined, name: string): Promise<JournalDatabase> {
  if (factory === undefined) throw new Error("IndexedDB is missing");
  let dataLoss: string | undefined;
  const request = factory.open(`concert-pay-journal-${name}`, 1);
  request.onupgradeneeded = (event) => {
    // Chromium only; not in the standard (browser-facts: kills of a busily writing page).
    const { dataLoss: loss, dataLossMessage } = event as { dataLoss?: string; dataLossMessage?: string };
    if (loss !== undefined && loss !== "none") dataLoss = dataLossMessage || loss;
    request.result.createObjectStore("mark");
    request.result.createObjectStore("records", { autoIncrement: true });
  };
  const db = await result(request);
  // Another tab deletes or upgrades: let it, rather than block it for ever.
  db.onversionchange = () => db.close();
  return { db, dataLoss };
}

export async function readMark(db: IDBDatabase): Promise<Mark | undefined> {
  return asMark(await result(db.transaction("mark").objectStore("mark").get("mark")));
}

/** Rejects where another tab has begun a log elsewhere: one of the two must give way, and the mark decides. */
export async function writeMark(db: IDBDatabase, mark: Mark): Promise<void> {
  const transaction = strict(db, ["mark"]);
  const marks = transaction.objectStore("mark");
  const found = asMark(await result(marks.get("mark")));
  if (found !== undefined && found.store !== mark.store) throw new MarkedElsewhere();
  marks.put(mark, "mark");
  await done(transaction);
}

export class MarkedElsewhere extends Error {
  override readonly name = "MarkedElsewhere";
  constructor() {
    super("another tab has just begun the journal elsewhere; try again");
  }
}

/** A transaction whose end means that the disk has it. */
export function strict(db: IDBDatabase, stores: readonly string[]): IDBTransaction {
  return db.transaction([...stores], "readwrite", { durability: "strict" });
}

export function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}

export function done(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("IndexedDB gave up the transaction"));
  });
}
