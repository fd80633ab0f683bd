import { expect, it } from "vitest";
import { money } from "@concert-pay/core";
import { showMoney } from "./money-text.ts";

it("writes euros as on a price tag, and other currencies with their letters, never torn", () => {
  const shown = (minorUnits: number, currency: string): readonly string[] =>
    (["fr", "en"] as const).map((lang) => showMoney(money(minorUnits, currency), lang));
  expect(shown(1250, "EUR")).toEqual(["12,50\u00a0€", "€12.50"]);
  expect(shown(12_345_678, "EUR")).toEqual(["123\u202f456,78\u00a0€", "€123,456.78"]);
  expect(shown(1500, "XPF")).toEqual(["1\u202f500\u00a0XPF", "1,500\u00a0XPF"]);
});
