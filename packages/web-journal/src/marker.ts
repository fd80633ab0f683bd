/**
 * The sign outside the log that a log exists: it tells a fresh browser from one whose log was wiped. It lies in
 * localStorage, which survives the loss of every database but is written late, and in IndexedDB, which is written
 * at once. What a user clears together, this cannot tell; the bridge's held exchanges are the witness then.
 * @module
 */
import type { StoreKind } from "./log-store.ts";

/** What a browser that has kept a log remembers of it. */
export interface Mark {
  readonly store: StoreKind;
}

/** `undefined` where there is none or where the storage cannot be read. */
export function readLocalMark(storage: Storage | undefined, name: string): Mark | undefined {
  try {
    return asMark(JSON.parse(storage?.getItem(keyOf(name)) ?? "null"));
  } catch {
    return undefined;
  }
}

/** @returns whether it is there now */
export function writeLocalMark(storage: Storage | undefined, name: string, mark: Mark): boolean {
  try {
    storage?.setItem(keyOf(name), JSON.stringify(mark));
    return storage !== undefined;
  } catch {
    return false;
  }
}

/** The mark as it may have been stored, by us or by anyone. */
export function asMark(stored: unknown): Mark | undefined {
  const store: unknown = (stored as Partial<Mark> | null | undefined)?.store;
  return store === "file-system" || store === "indexeddb" ? { store } : undefined;
}

function keyOf(name: string): string {
  return `concert-pay:journal:${name}`;
}
