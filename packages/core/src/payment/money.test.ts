import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import { formatMoney, MAX_MINOR_UNITS, money, parseMoney } from "./money.ts";

const refusal = (run: () => unknown): ConcertError => {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ConcertError);
    return error as ConcertError;
  }
  throw new Error("was accepted");
};

describe("money", () => {
  test("takes letters or digits of ISO 4217", () => {
    expect(money(1250, "EUR")).toEqual({ minorUnits: 1250, currency: "EUR" });
    expect(money(1250, "978")).toEqual({ minorUnits: 1250, currency: "EUR" });
    expect(money(MAX_MINOR_UNITS, "XPF").minorUnits).toBe(999_999_999_999);
  });

  for (const minorUnits of [
    -1,
    1.5,
    Number.NaN,
    Infinity,
    1_000_000_000_000,
    "12" as never,
    undefined as never,
  ])
    test(`refuses ${String(minorUnits)}, naming field, rule and value`, () => {
      const error = refusal(() => money(minorUnits, "EUR"));
      expect(error).toMatchObject({
        code: "BAD_REQUEST",
        field: "amount",
        rule: expect.stringContaining("integer") as string,
      });
      expect(error.message).toContain("amount must be");
    });

  for (const currency of ["", "eur", "EURO", "999999", "ZZZ", 978 as never])
    test(`refuses the currency ${JSON.stringify(currency)}`, () => {
      expect(refusal(() => money(1, currency))).toMatchObject({ code: "BAD_REQUEST", field: "currency" });
    });
});

describe("parseMoney", () => {
  const good: readonly (readonly [text: string, currency: string, minorUnits: number])[] = [
    ["12,50", "EUR", 1250],
    ["12.5", "EUR", 1250],
    [" 12 ", "EUR", 1200],
    ["0,01", "EUR", 1],
    ["007", "EUR", 700],
    ["1 234,56", "EUR", 123_456],
    ["1\u202f234,56", "EUR", 123_456],
    ["1.234,56", "EUR", 123_456],
    ["1,234.56", "EUR", 123_456],
    ["1.234.567,8", "EUR", 123_456_780],
    ["500", "XPF", 500],
    ["1.500", "XPF", 1500],
    ["1,234", "KWD", 1234],
    ["1\u00a0234,56", "EUR", 123_456],
    ["1'234,56", "EUR", 123_456],
    ["1’234,56", "EUR", 123_456],
    ["12 345 678", "EUR", 1_234_567_800],
    ["1.234.567", "EUR", 123_456_700],
    ["123,456,789", "EUR", 12_345_678_900],
    ["1.234.567", "XPF", 1_234_567],
    ["1,23", "TND", 1230],
    ["1.234,567", "TND", 1_234_567],
    ["00000000000000012", "EUR", 1200],
    ["999999999999", "XPF", MAX_MINOR_UNITS],
    ["9999999999,99", "EUR", MAX_MINOR_UNITS],
  ];
  for (const [text, currency, minorUnits] of good)
    if (currency === "KWD")
      test(`${JSON.stringify(text)} in ${currency} is ambiguous and refused`, () => {
        expect(refusal(() => parseMoney(text, currency))).toMatchObject({ field: "amount" });
      });
    else
      test(`${JSON.stringify(text)} in ${currency} is ${minorUnits}`, () => {
        expect(parseMoney(text, currency)).toEqual({ minorUnits, currency });
      });

  for (const text of [
    "",
    "12,345",
    "1.234",
    "12,5,0",
    "12,",
    ",50",
    "12.,5",
    "1 2345",
    "1234.567,8",
    "12.34.567",
    "1.2345.678",
    "1.234,567.8",
    "1,234.567,8",
    "1.234.56",
    "12,50 x",
    "x 12,50",
    "1.2.3",
    "-1",
    "+1",
    "1e3",
    "0x10",
    "12 €",
    "1 23",
    "10000000000,00",
    "١٢",
  ])
    test(`${JSON.stringify(text)} in EUR is refused`, () => {
      expect(refusal(() => parseMoney(text, "EUR"))).toMatchObject({ code: "BAD_REQUEST", field: "amount" });
    });

  test("decimals in a currency that has none are refused", () => {
    expect(refusal(() => parseMoney("12,5", "XPF")).message).toContain("0 decimals");
    expect(refusal(() => parseMoney("1,2345", "TND")).message).toContain("3 decimals");
  });

  test("the refusal says which rule was broken", () => {
    const ruleOf = (text: unknown, currency = "EUR"): string | undefined =>
      refusal(() => parseMoney(text as string, currency)).rule;
    expect(ruleOf("1.234")).toContain("unambiguous");
    expect(ruleOf("12,345,6")).toContain("thousands in threes");
    expect(ruleOf("12 €")).toContain("digits with at most one decimal sign");
    expect(ruleOf(12.5)).toContain("text such as");
    expect(ruleOf("1000000000000", "XPF")).toContain("at most 12 digits");
  });
});

describe("formatMoney", () => {
  test("groups and points as the language does", () => {
    expect(formatMoney(money(123_456, "EUR"), "fr")).toBe("1\u202f234,56 EUR");
    expect(formatMoney(money(123_456, "EUR"), "en")).toBe("1,234.56 EUR");
    expect(formatMoney(money(5, "EUR"))).toBe("0.05 EUR");
    expect(formatMoney(money(1500, "XPF"), "fr")).toBe("1\u202f500 XPF");
    expect(formatMoney(money(123, "XPF"))).toBe("123 XPF");
    expect(formatMoney(money(0, "XPF"))).toBe("0 XPF");
    expect(formatMoney(money(123_456_789, "XPF"))).toBe("123,456,789 XPF");
    expect(formatMoney(money(5, "TND"), "fr")).toBe("0,005 TND");
    expect(formatMoney(money(1_234_567, "TND"))).toBe("1,234.567 TND");
  });

  test("what is shown reads back as the same amount", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: MAX_MINOR_UNITS }),
        fc.constantFrom("EUR", "XPF", "USD"),
        fc.constantFrom<"fr" | "en">("fr", "en"),
        (minorUnits, currency, lang) => {
          const amount = money(minorUnits, currency);
          expect(parseMoney(formatMoney(amount, lang).slice(0, -4), currency)).toEqual(amount);
        },
      ),
    );
  });
});
