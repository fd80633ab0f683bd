import { describe, expect, it } from "vitest";
import { ConcertError, LINE_7E1, money } from "@concert-pay/core";
import { answerWithinMs, readAmount, readLine, readRequest, type PaymentAttributes } from "./settings.ts";

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
