/**
 * What this shop sells. Prices in cents.
 * @module
 */
import type { Text } from "@concert-pay/element";

export interface Article {
  readonly id: string;
  readonly name: Text;
  readonly cents: number;
}

export const CURRENCY = "EUR";

export const ARTICLES: readonly Article[] = [
  { id: "coffee", name: { fr: "Café", en: "Coffee" }, cents: 220 },
  { id: "tea", name: { fr: "Thé", en: "Tea" }, cents: 280 },
  { id: "croissant", name: { fr: "Croissant", en: "Croissant" }, cents: 140 },
  { id: "baguette", name: { fr: "Baguette", en: "Baguette" }, cents: 130 },
  { id: "quiche", name: { fr: "Quiche", en: "Quiche" }, cents: 650 },
  { id: "salad", name: { fr: "Salade", en: "Salad" }, cents: 890 },
  { id: "juice", name: { fr: "Jus d’orange", en: "Orange juice" }, cents: 350 },
  { id: "tart", name: { fr: "Tarte aux pommes", en: "Apple tart" }, cents: 420 },
];

export function findArticle(id: string): Article | undefined {
  return ARTICLES.find((article) => article.id === id);
}
