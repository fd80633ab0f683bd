import { describe, expect, test } from "vitest";
import { latin1 } from "../testing/far-end.ts";
import { answersIdentification, told } from "./told.ts";

const PAID = "CZ0040300CJ012330538600404CA00201CB00512345CD0010CE003978AE00210";
const PAID_V2 = "0100000125019780000000000";

describe("a message tells that its sender speaks", () => {
  test.each([
    [
      "V3, where it is the answer to an identification",
      "CZ0040301CJ012330538600404CA00201CD001IAE00210",
      { version: "0301", identifier: "330538600404" },
    ],
    ["V3, where it refuses an unknown action", "CZ0040300AE00201AF00212", { version: "0300" }],
    ["V3, where it is the answer to a payment", PAID, { version: "0300", identifier: "330538600404" }],
    ["V3, where it has tags and no version", "AE00201AF00204", {}],
    ["V3, where it begins as one and breaks off", "CZ0040300AE0", {}],
  ])("%s", (_what, text, more) => {
    expect(told(latin1(text))).toEqual({ dialect: "v3", ...more });
  });

  test.each([
    ["short", PAID_V2],
    ["long", "010000012501" + "4970".padEnd(55) + "978" + "0000000000"],
  ])("V2, where it is a %s answer of fixed fields", (_what, text) => {
    expect(told(latin1(text))).toEqual({ dialect: "v2" });
  });

  test.each(["", "HELLO", "0100000125", "ZZ00212", "01000001250197800000000000"])(
    "nothing, where it is %j",
    (text) => {
      expect(told(latin1(text))).toBeUndefined();
    },
  );
});

describe("an identification is answered", () => {
  test.each([
    ["by CD=I, whatever came of it", "CZ0040300CD001IAE00201AF00207", true],
    ["by a refusal of the action without CD", "CZ0040300AE00201AF00212", true],
    [
      "by a refusal of the form without CD, and with the bank's words behind it",
      "CZ0040300AE00201AF00409  ",
      true,
    ],
    ["not by a refusal without CD that a payment meets", "CZ0040300AE00201AF00204", false],
    ["not by a refusal without CD or reason", "CZ0040300AE00201", false],
    ["not by what another action came to", PAID, false],
    ["not by a refusal of another action", "CZ0040300CD0010AE00201AF00212", false],
    ["not by fixed fields", PAID_V2, false],
  ])("%s", (_what, text, answers) => {
    expect(answersIdentification(latin1(text))).toBe(answers);
  });
});
