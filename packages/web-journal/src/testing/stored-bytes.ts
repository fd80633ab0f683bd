/**
 * The journal's storage as an accident, a vandal or support sees it.
 * @module
 */
import { openDatabase, result } from "../database.ts";

/** Both files of a journal, as they are on disk. */
export async function storedFiles(name: string): Promise<readonly [Uint8Array, Uint8Array]> {
  const read = async (slot: number): Promise<Uint8Array> =>
    new Uint8Array(await (await (await handle(name, slot)).getFile()).arrayBuffer());
  return [await read(0), await read(1)];
}

export async function overwriteFile(
  name: string,
  slot: number,
  bytes: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const stream = await (await handle(name, slot)).createWritable();
  await stream.write(bytes);
  await stream.close();
}

export async function deleteFiles(name: string): Promise<void> {
  const directory = await navigator.storage.getDirectory();
  for (const slot of [0, 1]) await directory.removeEntry(`${name}.${slot}.journal`);
}

/** The rows of a journal in IndexedDB. */
export async function rowsOf(name: string): Promise<readonly unknown[]> {
  return withRecords(name, (records) => records.getAll());
}

export async function addRow(name: string, row: { version: number; payload: string }): Promise<void> {
  await withRecords(name, (records) => records.add(row));
}

async function withRecords<T>(name: string, ask: (records: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const { db } = await openDatabase(indexedDB, name);
  try {
    return await result(ask(db.transaction("records", "readwrite").objectStore("records")));
  } finally {
    db.close();
  }
}

export async function deleteDatabase(name: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const request = indexedDB.deleteDatabase(`concert-pay-journal-${name}`);
    request.onsuccess = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

export function deleteLocalMark(name: string): void {
  localStorage.removeItem(localMarkKey(name));
}

export function localMarkKey(name: string): string {
  return `concert-pay:journal:${name}`;
}

async function handle(name: string, slot: number): Promise<FileSystemFileHandle> {
  const directory = await navigator.storage.getDirectory();
  return directory.getFileHandle(`${name}.${slot}.journal`, { create: true });
}
