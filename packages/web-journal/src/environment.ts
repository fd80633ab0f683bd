/**
 * What the journal needs of a browser.
 * @module
 */
import { startWorker } from "./opfs-store.ts";

/** Each part may be missing (`undefined`) or replaced. */
export interface JournalEnvironment {
  readonly localStorage: Storage | undefined;
  readonly indexedDB: IDBFactory | undefined;
  /** Starts the package's worker; `undefined` where the file system cannot be used. */
  readonly startWorker: (() => Worker) | undefined;
  /** Only `persist` and `persisted` are used. */
  readonly storage: StorageManager | undefined;
  /** Milliseconds since 1970-01-01. */
  readonly now: () => number;
}

export function browserEnvironment(): JournalEnvironment {
  const navigator = globalThis.navigator as Navigator | undefined;
  const hasFiles =
    typeof Worker === "function" &&
    navigator?.locks !== undefined &&
    typeof navigator.storage?.getDirectory === "function";
  return {
    localStorage: localStorageIfAllowed(),
    indexedDB: globalThis.indexedDB as IDBFactory | undefined,
    startWorker: hasFiles ? startWorker : undefined,
    storage: navigator?.storage,
    now: () => Date.now(),
  };
}

/** Merely to name it throws in a page of an opaque origin. */
function localStorageIfAllowed(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Asks the browser not to evict this origin's data, unless it has said so before. Never rejects. */
export async function askToPersist(storage: StorageManager | undefined): Promise<boolean> {
  try {
    if (storage?.persist === undefined) return false;
    return (await storage.persisted()) || (await storage.persist());
  } catch {
    return false;
  }
}
