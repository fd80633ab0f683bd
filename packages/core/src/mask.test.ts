import fc from "fast-check";
import { expect, test } from "vitest";
import { maskCardNumbers, maskPan } from "./mask.ts";

test("keeps the first six and the last four digits of a card number", () => {
  expect(maskCardNumbers("AA0165017677122000674")).not.toMatch(/\d{13}/);
  expect(maskCardNumbers("card 5017 6771 2200 0674.")).toBe("card 5017 67** **** 0674.");
});

test("leaves amounts, register identifiers and times of ISO 8601 alone", () => {
  const text = "CB=999999999999 CJ=012345678901 2026-11-24T01:39:41.000Z";
  expect(maskCardNumbers(text)).toBe(text);
});

test("masks the groupings printed on cards, alone in a text", () => {
  expect(maskCardNumbers("5017-6771-2200-0674, 3782 822463 10005")).toBe(
    "5017-67**-****-0674, 3782 82**** *0005",
  );
  expect(maskCardNumbers("5017 6771 2200 0674 123")).toBe("5017 67** **** ***4 123");
});

test("masks a grouping in an element of a message, whatever element comes next", () => {
  expect(maskCardNumbers("CE003978CF0194970 1012 3456 1234CH001x")).toBe(
    "CE003978CF0194970 10** **** 1234CH001x",
  );
  expect(maskCardNumbers("AA0194970-1012-3456-1234bad")).toBe("AA0194970-10**-****-1234bad");
  expect(maskCardNumbers("AA0173782 822463 10005")).toBe("AA0173782 82**** *0005");
});

test("leaves every UUID alone: its groups can be all digits", () => {
  expect(maskCardNumbers("12345678-1234-4567-8901-123a56789012")).toBe(
    "12345678-1234-4567-8901-123a56789012",
  );
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      expect(maskCardNumbers(uuid)).toBe(uuid);
      expect(maskCardNumbers(`exchange=${uuid}&resume=1`)).toBe(`exchange=${uuid}&resume=1`);
      const reference = `CF036${uuid.toUpperCase()}CK003100`;
      expect(maskCardNumbers(reference)).toBe(reference);
    }),
    { numRuns: 1_000 },
  );
});

test("no run of 13 digits or more survives, whatever surrounds it", () => {
  const digits = fc.stringMatching(/^\d{13,40}$/);
  fc.assert(
    fc.property(fc.string(), digits, fc.string(), (before, run, after) => {
      expect(maskCardNumbers(before + run + after)).not.toMatch(/\d{13,}/);
    }),
  );
});

test.each([
  ["5017677122000674", "501767******0674"],
  ["TOK3NabcdefGHIJ9876", "TOK3Na*********9876"],
  ["501767******0674", "501767******0674"],
  ["497010######1234", "497010######1234"],
  ["4970 1012 3456 7890", "4970 10** **** 7890"],
  ["1234567890", "1234567890"],
])("masks a card number or a token as a whole: %s", (value, masked) => {
  expect(maskPan(value)).toBe(masked);
});
