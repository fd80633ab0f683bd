import { describe, expect, it } from "vitest";
import { ConcertError, LINE_7E1, money } from "@concert-pay/core";
import {
  answerWithinMs,
  readAmount,
  readLine,
  readRequest,
  written,
  writtenAmount,
  type PaymentAttributes,
} from "./settings.ts";

const NONE: PaymentAttributes = {
  amount: undefined,
  currency: undefined,
  reference: undefined,
  paymentKey: undefined,
  tickets: undefined,
};

describe("the amount attribute", () => {
  it("is read with a point or a comma, in euros unless said otherwise", () => {
    expect(readAmount({ ...NONE, amount: "12.50" })).toEqual(money(1250, "EUR"));
    expect(readAmount({ ...NONE, amount: "12,5", currency: " chf " })).toEqual(money(1250, "CHF"));
    expect(readAmount({ ...NONE, amount: "1500", currency: "XPF" })).toEqual(money(1500, "XPF"));
  });

  it("is nothing to pay when absent, blank or zero", () => {
    for (const amount of [undefined, "", "  ", "0", "0,00"])
      expect(readAmount({ ...NONE, amount })).toBeUndefined();
  });

  it("says what is wrong with it instead of guessing", () => {
    for (const amount of ["-1", "1.505", "NaN", "1e3", "1.234", "12 EUR", "9999999999999"])
      expect(readAmount({ ...NONE, amount }), amount).toMatchObject({ code: "BAD_REQUEST", field: "amount" });
    expect(readAmount({ ...NONE, amount: "1", currency: "EURO" })).toMatchObject({ field: "currency" });
  });
});

describe("the request", () => {
  it("carries only what the attributes say", () => {
    expect(readRequest({ ...NONE, amount: "1" })).toEqual({ amount: money(100, "EUR") });
    expect(readRequest({ ...NONE, amount: "1", reference: "R7", paymentKey: "sale-7", tickets: "" })).toEqual(
      { amount: money(100, "EUR"), reference: "R7", key: "sale-7", tickets: true },
    );
    expect(readRequest({ ...NONE, amount: "1", tickets: "120" })).toMatchObject({ tickets: "120" });
  });

  it("is refused without an amount", () => {
    for (const amount of [undefined, "0", "abc"])
      expect(() => readRequest({ ...NONE, amount })).toThrow(ConcertError);
  });
});

describe("the line attribute", () => {
  it("is a speed and a form, and the profile's where absent or blank", () => {
    expect(readLine("9600-7E1")).toEqual(LINE_7E1);
    expect([undefined, "", " "].map(readLine)).toEqual([undefined, undefined, undefined]);
  });

  it("says what it must be instead of guessing", () => {
    for (const line of ["9600", "7E1", "300-8N1", "9600-9N1"])
      expect(() => readLine(line), line).toThrow(
        expect.objectContaining({
          code: "BAD_REQUEST",
          field: "line",
          rule: 'a speed from 1200 to 115200 and a form, such as "9600-7E1"',
        }),
      );
  });
});

it("turns seconds into milliseconds, and refuses what is none by the attribute's name", () => {
  expect([undefined, " ", "90"].map(answerWithinMs)).toEqual([undefined, undefined, 90_000]);
  for (const seconds of ["abc", "59", "-90", "Infinity", "90 s"])
    expect(() => answerWithinMs(seconds), seconds).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field: "answer-within", value: seconds }),
    );
});

describe("a property that is a number", () => {
  const read = (amount: unknown, currency?: unknown): ReturnType<typeof readAmount> =>
    readAmount({ ...NONE, amount: writtenAmount(amount), currency: written(currency) });

  it("as an amount is what it would be in the attribute", () => {
    for (const [amount, minorUnits] of [
      [12.5, 1250],
      [12, 1200],
      [0.01, 1],
      [20n, 2000],
      [9999999999.99, 999_999_999_999],
    ] as const)
      expect(read(amount)).toEqual(money(minorUnits, "EUR"));
    expect(read(1500, 953)).toEqual(money(1500, "XPF"));
    for (const nothing of [0, -0, null, undefined]) expect(read(nothing)).toBeUndefined();
  });

  it("as an amount is refused where it cannot be said exactly, and never read as thousands", () => {
    for (const amount of [0.1 + 0.2, 1.005, 1.234, 1e21, 1e-7, 1e10, -5, NaN, Infinity])
      expect(read(amount), String(amount)).toMatchObject({ code: "BAD_REQUEST", field: "amount" });
    for (const amount of [1.234, 12.5, 1234.567])
      expect(read(amount, "XPF"), String(amount)).toMatchObject({ code: "BAD_REQUEST", field: "amount" });
  });

  it("is the text that it would be in the attribute", () => {
    expect([978, 90, 0, 12n, "x", ""].map(written)).toEqual(["978", "90", "0", "12", "x", ""]);
    expect([null, undefined].map(written)).toEqual([undefined, undefined]);
    expect(answerWithinMs(written(90))).toBe(90_000);
  });

  it("and whatever else is no text is refused by name", () => {
    for (const value of [NaN, true, {}, [], Symbol("x"), Object.create(null)]) {
      const text = written(value);
      expect(readAmount({ ...NONE, amount: text })).toMatchObject({ field: "amount" });
      expect(readAmount({ ...NONE, amount: "1", currency: text })).toMatchObject({ field: "currency" });
      expect(() => readLine(text)).toThrow(expect.objectContaining({ code: "BAD_REQUEST", field: "line" }));
      expect(() => answerWithinMs(text)).toThrow(expect.objectContaining({ field: "answer-within" }));
    }
  });
});
