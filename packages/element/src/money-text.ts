/**
 * Amounts as they stand on a price tag.
 * @module
 */
import { formatMoney, type Money } from "@concert-pay/core";
import type { Lang } from "./texts.ts";

/** `"12,50 €"` or `"€12.50"`, in one piece; other currencies by their letters. */
export function showMoney(amount: Money, lang: Lang): string {
  const text = formatMoney(amount, lang);
  if (amount.currency !== "EUR") return text.replace(" ", "\u00a0");
  const digits = text.replace(" EUR", "");
  return lang === "fr" ? `${digits}\u00a0€` : `€${digits}`;
}
