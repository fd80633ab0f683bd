import { expect, it } from "vitest";
import { ALL_TEXTS, LANGS, langOf, say, type TextKey } from "./texts.ts";

const placeholders = (text: string): readonly string[] => (text.match(/\{\w+\}/g) ?? []).sort();

it("says everything in French and in English, with the same values in it", () => {
  const keys = Object.keys(ALL_TEXTS) as TextKey[];
  expect(keys.length).toBeGreaterThan(50);
  for (const key of keys) {
    const text = ALL_TEXTS[key];
    expect(Object.keys(text).sort(), key).toEqual([...LANGS].sort());
    for (const lang of LANGS) expect(text[lang].trim(), key).not.toBe("");
    expect(placeholders(text.fr), key).toEqual(placeholders(text.en));
  }
});

it("lets no line of French begin with a sign that belongs to the word before", () => {
  const texts = Object.values(ALL_TEXTS).map(({ fr }) => fr);
  expect(texts.filter((fr) => / [:;!?»]|« /.test(fr))).toEqual([]);
  expect(texts.filter((fr) => /\u00a0[:?»]|«\u00a0/.test(fr)).length).toBeGreaterThan(10);
  expect(say("en", "whoNeeded")).toContain(": it");
});

it("offers no button that repeats a payment by that name", () => {
  for (const text of Object.values(ALL_TEXTS)) {
    expect(text.en).not.toMatch(/\bretry\b|\btry again\b|\bforce\b/i);
    expect(text.fr).not.toMatch(/réessayer|\bforcer\b/i);
  }
});

it("fills in values and leaves what has none", () => {
  expect(say("en", "pay", { amount: "€12.50" })).toBe("Pay €12.50");
  expect(say("fr", "pay")).toBe("Payer {amount}");
});

it("speaks French to French pages of any region and English to all others", () => {
  expect(["fr", "fr-BE", "FR_ca", "en", "de", "fry", "", undefined].map(langOf)).toEqual([
    "fr",
    "fr",
    "fr",
    "en",
    "en",
    "en",
    "en",
    "en",
  ]);
});
