/**
 * The sale under way, kept across reloads and crashes. The payments themselves are in the element's journal; what
 * counts here is that a sale is found again under the name its payment was begun with. In IndexedDB, written through:
 * what goes to `localStorage` lies in memory for seconds.
 * @module
 */
import { newSale, type Sale } from "./sale.ts";

export interface SaleStore {
  /** `undefined` where nothing readable was kept. */
  load(): Promise<Sale | undefined>;
  /** Resolves when a crash would not lose it, or when it cannot be kept: then it lasts as long as the page. */
  save(sale: Sale): Promise<void>;
}

const SALES = "sales";

export async function openSaleStore(factory: IDBFactory): Promise<SaleStore> {
  const db = await open(factory).catch(() => undefined);
  return {
    async load() {
      if (db === undefined) return undefined;
      return readSale(
        await done(db.transaction(SALES).objectStore(SALES).get("current")).catch(() => undefined),
      );
    },
    async save(sale) {
      if (db === undefined) return;
      const transaction = db.transaction(SALES, "readwrite", { durability: "strict" });
      transaction.objectStore(SALES).put(sale, "current");
      await new Promise<void>((resolve) => {
        transaction.oncomplete = transaction.onabort = () => resolve();
      });
    },
  };
}

/** A kept sale, `undefined` where it is none. */
export function readSale(kept: unknown): Sale | undefined {
  if (typeof kept !== "object" || kept === null) return undefined;
  const { number, id, attempt, lines, state } = kept as Partial<Sale>;
  const isSale =
    Number.isInteger(number) &&
    Number.isInteger(attempt) &&
    typeof id === "string" &&
    Array.isArray(lines) &&
    typeof state?.name === "string";
  return isSale ? (kept as Sale) : undefined;
}

/** The first sale ever has something in its basket. */
export function firstSale(id: string): Sale {
  return newSale(1, id, [
    { article: "quiche", quantity: 1 },
    { article: "tart", quantity: 1 },
    { article: "tea", quantity: 1 },
  ]);
}

function open(factory: IDBFactory): Promise<IDBDatabase> {
  const request = factory.open("concert-demo", 1);
  request.onupgradeneeded = () => request.result.createObjectStore(SALES);
  return done(request);
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error("IndexedDB failed"));
  });
}
