import fc from "fast-check";
import { expect, test } from "vitest";
import { maskCardNumbers } from "./mask.ts";

test("keeps the first six and the last four digits of a card number", () => {
  expect(maskCardNumbers("AA0165017677122000674")).not.toMatch(/\d{13}/);
  expect(maskCardNumbers("card 5017 6771 2200 0674.")).toBe("card 5017 67** **** 0674.");
});

test("leaves amounts, register identifiers and times of ISO 8601 alone", () => {
  const text = "CB=999999999999 CJ=012345678901 2026-11-24T01:39:41.000Z";
  expect(maskCardNumbers(text)).toBe(text);
});

test("no run of 13 digits or more survives, whatever surrounds it", () => {
  const digits = fc.stringMatching(/^\d{13,40}$/);
  fc.assert(
    fc.property(fc.string(), digits, fc.string(), (before, run, after) => {
      expect(maskCardNumbers(before + run + after)).not.toMatch(/\d{13,}/);
    }),
  );
});
