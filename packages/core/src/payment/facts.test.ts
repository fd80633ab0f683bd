import { describe, expect, test } from "vitest";
import { decodeMessage } from "../codec/tlv.ts";
import type { Tag } from "../codec/message.ts";
import type { V2Request } from "../codec/v2/types.ts";
import { latin1 } from "../testing/far-end.ts";
import { askedOf, digitsOf, sameRegister, textOf } from "./facts.ts";

const tags = (...pairs: readonly (readonly [string, string])[]): readonly Tag[] =>
  pairs.map(([name, value]) => ({ name, value }));

describe("what was asked, in V3", () => {
  test("is read from the tags of the request", () => {
    const request = tags(
      ["CA", "07"],
      ["CB", "2500"],
      ["CD", "0"],
      ["CE", "978"],
      ["CF", "sale-7"],
      ["BA", "1"],
      ["BF", "1"],
    );
    expect(askedOf(request)).toEqual({
      action: "debit",
      amount: { minorUnits: 2500, currency: "EUR" },
      currencyDigits: "978",
      register: "07",
      actionCode: "0",
      reference: "sale-7",
      immediate: true,
      partialAllowed: true,
    });
  });

  test("is the same from a decoded message, where nothing optional was asked", () => {
    expect(askedOf(decodeMessage(latin1("CZ0040300CA00207CB0042500CD0011CE003840BA0010BF0010")))).toEqual({
      action: "credit",
      amount: { minorUnits: 2500, currency: "USD" },
      currencyDigits: "840",
      register: "07",
      actionCode: "1",
      reference: undefined,
      immediate: false,
      partialAllowed: false,
    });
  });

  test("moves money in three actions only", () => {
    const actionOf = (code: string): string => askedOf(tags(["CD", code])).action;
    expect(["0", "1", "2", "3", "I", "P", "T", ""].map(actionOf)).toEqual([
      "debit",
      "credit",
      "reversal",
      "other",
      "other",
      "other",
      "other",
      "other",
    ]);
    expect(askedOf(tags(["CA", "01"])).action).toBe("other");
  });

  test("has no amount without CB, and keeps a currency it does not know as it stands", () => {
    expect(askedOf(tags(["CD", "I"], ["CE", "978"])).amount).toBeUndefined();
    expect(askedOf(tags(["CB", "50"], ["CE", "899"])).amount).toEqual({ minorUnits: 50, currency: "899" });
    expect(askedOf(tags(["CB", "50"])).amount).toEqual({ minorUnits: 50, currency: "" });
  });
});

describe("what was asked, in V2", () => {
  const request: V2Request = {
    dialect: "E+",
    register: "01",
    amount: 1250,
    ind: "0",
    mode: "1",
    type: "2",
    currency: "978",
    private: "sale-7    ",
    delay: "A010",
    auto: "B010",
  };

  test("is read from the fields; a part is never accepted, and the answer echoes no reference to look for", () => {
    expect(askedOf(request)).toEqual({
      action: "reversal",
      amount: { minorUnits: 1250, currency: "EUR" },
      currencyDigits: "978",
      register: "01",
      actionCode: "2",
      reference: undefined,
      immediate: false,
      partialAllowed: false,
    });
  });

  test("is immediate with A011 only, and moves no money in TYPE 4", () => {
    expect(askedOf({ ...request, delay: "A011" }).immediate).toBe(true);
    expect(askedOf({ ...request, type: "4" }).action).toBe("other");
    expect(askedOf({ ...request, type: "0" }).action).toBe("debit");
    expect(askedOf({ ...request, type: "1" }).action).toBe("credit");
  });
});

test("the text of a constructed tag, and of one that is absent, is not there", () => {
  const get = textOf([
    { name: "ZT", value: tags(["CK", "100"]) },
    { name: "CF", value: "x" },
  ]);
  expect([get("ZT"), get("AA"), get("CF")]).toEqual([undefined, undefined, "x"]);
});

test("an amount is 1 to 12 digits and nothing else", () => {
  expect(["0", "05", "000000002500", "999999999999"].map(digitsOf)).toEqual([0, 5, 2500, 999_999_999_999]);
  for (const text of [undefined, "", "1234567890123", "12a", "a12", " 12", "12 ", "-1", "1.5", "1e3"])
    expect(digitsOf(text), String(text)).toBeUndefined();
});

describe("two register numbers are the same", () => {
  const same: readonly (readonly [string, string])[] = [
    ["01", "01"],
    ["01", "1"],
    ["1", "01"],
    ["0", "00"],
    ["12", "12"],
    ["A1", "A1"],
  ];
  for (const [a, b] of same) test(`${a} and ${b}`, () => expect(sameRegister(a, b)).toBe(true));
});

describe("two register numbers are not the same", () => {
  const different: readonly (readonly [string | undefined, string | undefined])[] = [
    ["01", "02"],
    ["1", "10"],
    ["01", "001"],
    ["001", "01"],
    ["01", " 1"],
    [" 1", "01"],
    ["01", "1 "],
    ["1 ", "01"],
    ["", "0"],
    ["0", ""],
    ["01", undefined],
    [undefined, "01"],
    [undefined, undefined],
  ];
  for (const [a, b] of different)
    test(`${JSON.stringify(a)} and ${JSON.stringify(b)}`, () => expect(sameRegister(a, b)).toBe(false));
});
