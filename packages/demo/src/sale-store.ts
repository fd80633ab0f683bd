/**
 * The sale under way, kept across reloads. The payments themselves are in the element's journal.
 * @module
 */
import { newSale, type Sale } from "./sale.ts";

const KEY = "concert-demo.sale";

/** `localStorage`, or what stands in for it. */
export interface SaleStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** The kept sale; the first one ever has something in its basket. */
export function loadSale(storage: SaleStorage, newId: () => string): Sale {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? "null") as Sale | null;
    if (kept !== null && Number.isInteger(kept.number) && Array.isArray(kept.lines) && kept.state)
      return kept;
  } catch {
    // Unreadable or forbidden: begin anew.
  }
  return newSale(1, newId(), [
    { article: "quiche", quantity: 1 },
    { article: "tart", quantity: 1 },
    { article: "tea", quantity: 1 },
  ]);
}

export function saveSale(storage: SaleStorage, sale: Sale): void {
  try {
    storage.setItem(KEY, JSON.stringify(sale));
  } catch {
    // Full or forbidden: the sale lasts as long as the page.
  }
}
