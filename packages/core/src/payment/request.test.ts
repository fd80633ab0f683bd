import { describe, expect, test } from "vitest";
import { decodeTicket } from "../codec/ticket.ts";
import { ConcertError, type ConcertErrorCode } from "../errors.ts";
import type { PaymentRequest } from "../terminal-types.ts";
import { textOf } from "../testing/far-end.ts";
import { MAX_MINOR_UNITS, money } from "./money.ts";
import type { Profile } from "./profile.ts";
import { findProfile, GENERIC } from "./profiles.ts";
import {
  checkRegister,
  encodeFinancial,
  encodeOther,
  printTags,
  statusTags,
  ticketsWanted,
  type Asker,
} from "./request.ts";

const ASKER: Asker = {
  register: { number: "01", identifier: "012345678901" },
  dialect: "v3",
  profile: GENERIC,
};
const E_PLUS: Asker = { ...ASKER, dialect: "v2-e+", profile: findProfile("generic-v2") };
const E: Asker = { ...ASKER, dialect: "v2-e", profile: findProfile("generic-v2-e") };
const PAYMENT: PaymentRequest = { amount: money(1250, "EUR") };
const HEADING = "CZ0040300CJ012012345678901CA00201";

const sent = (change: Partial<PaymentRequest>, asker: Asker = ASKER): string =>
  textOf(encodeFinancial("debit", { ...PAYMENT, ...change }, asker).data);

function refusal(run: () => unknown): ConcertError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(ConcertError);
    return error as ConcertError;
  }
  throw new Error("was accepted");
}

function expectRefused(run: () => unknown, code: ConcertErrorCode, field: string, reason?: string): void {
  const error = refusal(run);
  expect([error.code, error.field, error.reason]).toEqual([code, field, reason]);
}

describe("the register", () => {
  test("is two digits and twelve digits or capitals", () => {
    for (const register of [
      { number: "00", identifier: "012345678901" },
      { number: "99", identifier: "ABCDEFGHIJ09" },
    ])
      expect(() => checkRegister(register)).not.toThrow();
  });

  for (const number of ["", "1", "001", "0A", " 1", "01 ", 1 as never, undefined as never])
    test(`is refused with the number ${JSON.stringify(number)}`, () =>
      expectRefused(
        () => checkRegister({ number, identifier: "012345678901" }),
        "BAD_REQUEST",
        "register.number",
      ));

  for (const identifier of [
    "",
    "01234567890",
    "0123456789012",
    "01234567890a",
    "01234567890-",
    12 as never,
    123456789012 as never,
  ])
    test(`is refused with the identifier ${JSON.stringify(identifier)}`, () =>
      expectRefused(() => checkRegister({ number: "01", identifier }), "BAD_REQUEST", "register.identifier"));

  test("is refused when there is none at all", () =>
    expectRefused(() => checkRegister(undefined as never), "BAD_REQUEST", "register.number"));
});

describe("a payment in V3", () => {
  test("is CZ, CJ, CA, CB, CD, CE and nothing that was not asked for", () => {
    expect(sent({})).toBe(`${HEADING}CB0041250CD0010CE003978`);
    expect(sent({ forceAuthorisation: false, acceptPartial: false, tickets: false })).toBe(sent({}));
    expect(sent({ amount: money(5, "USD") })).toBe(`${HEADING}CB00205CD0010CE003840`);
  });

  test("has the CD of its action", () => {
    const codeOf = (action: "debit" | "credit" | "reversal"): string | undefined =>
      /CD001(.)/.exec(textOf(encodeFinancial(action, PAYMENT, ASKER).data))?.[1];
    expect([codeOf("debit"), codeOf("credit"), codeOf("reversal")]).toEqual(["0", "1", "2"]);
  });

  test("carries each option in its own tag, in one order", () => {
    const everything = sent({
      application: "00C",
      tickets: true,
      reference: "sale-7",
      transactionReference: "T9",
      forceAuthorisation: true,
      phone: "0612345678",
      email: "a@b.fr",
      linkedTransaction: "123",
    });
    expect(everything).toBe(
      `${HEADING}CB0041250CD0010CE003978CC00300CCK003100CF006sale-7CH002T9BB0011BH0100612345678BI006a@b.frIM003123`,
    );
    expect(sent({ privateData: "mine" })).toBe(`${sent({})}CF004mine`);
  });

  test("is judged by the very tags that were sent", () => {
    const { judged } = encodeFinancial("debit", PAYMENT, ASKER);
    expect(judged).toEqual([
      { name: "CZ", value: "0300" },
      { name: "CJ", value: "012345678901" },
      { name: "CA", value: "01" },
      { name: "CB", value: "1250" },
      { name: "CD", value: "0" },
      { name: "CE", value: "978" },
    ]);
  });

  test("has BF where the profile allows a part, and is refused where it never sends BF", () => {
    const allows: Profile = { ...GENERIC, neverSend: [] };
    expect(sent({ acceptPartial: true }, { ...ASKER, profile: allows })).toBe(`${sent({})}BF0011`);
    expectRefused(() => sent({ acceptPartial: true }), "NOT_SUPPORTED", "acceptPartial", "profile");
  });

  test("names the tag where the profile never sends another one that was asked for", () => {
    const profile: Profile = { ...GENERIC, neverSend: ["CC"] };
    expectRefused(
      () => sent({ application: "00C" }, { ...ASKER, profile }),
      "NOT_SUPPORTED",
      "CC",
      "profile",
    );
  });
});

describe("what a payment may hold", () => {
  const limits: readonly (readonly [field: keyof PaymentRequest, least: number, most: number])[] = [
    ["reference", 1, 99],
    ["privateData", 1, 99],
    ["transactionReference", 1, 99],
    ["linkedTransaction", 1, 999],
    ["key", 1, 64],
    ["phone", 8, 20],
    ["email", 6, 256],
  ];
  for (const [field, least, most] of limits) {
    const send = (value: unknown): (() => unknown) => {
      const request = { ...PAYMENT, [field]: value } as PaymentRequest;
      return () => encodeFinancial("debit", request, ASKER);
    };
    test(`${field}: ${least} to ${most} characters`, () => {
      expect(send("+".repeat(least))).not.toThrow();
      expect(send("+".repeat(most))).not.toThrow();
      expectRefused(send("+".repeat(least - 1)), "BAD_REQUEST", field);
      expectRefused(send("+".repeat(most + 1)), "BAD_REQUEST", field);
    });

    test(`${field}: printable ASCII, and text`, () => {
      const long = "x".repeat(8);
      for (const value of [`${long}\n`, `\u001f${long}`, `é${long}`, `${long}\u007f`, 12345678, null])
        expectRefused(send(value), "BAD_REQUEST", field);
      if (field !== "phone") expect(send(` ${long}~`)).not.toThrow();
    });
  }

  test("a key that could be a card number is refused: masked, it could be another payment's", () => {
    expect(() => sent({ key: "123456789012" })).not.toThrow();
    expectRefused(() => sent({ key: "order 1234567890123" }), "BAD_REQUEST", "key");
  });

  test("an application of three digits or capitals", () => {
    for (const application of ["", "00", "00c", "000C", "C00 ", "x00C", 100, null])
      for (const asker of [ASKER, E])
        expectRefused(() => sent({ application: application as never }, asker), "BAD_REQUEST", "application");
  });

  for (const field of ["forceAuthorisation", "acceptPartial", "cardData"] as const)
    test(`${field}: true, false or left out, else a wish would be dropped without a word`, () => {
      expect(sent({ [field]: undefined })).toBe(sent({}));
      for (const value of ["yes", "true", 1, 0, null, {}])
        for (const asker of [ASKER, E_PLUS, E])
          expectRefused(() => sent({ [field]: value as never }, asker), "BAD_REQUEST", field);
    });

  test("a reference or private data, not both: both are CF", () => {
    expectRefused(() => sent({ reference: "a", privateData: "b" }), "BAD_REQUEST", "privateData");
  });

  test("an amount above zero, in Money", () => {
    expect(sent({ amount: money(1, "EUR") })).toContain("CB00201");
    expect(sent({ amount: money(MAX_MINOR_UNITS, "EUR") })).toContain("CB012999999999999");
    for (const amount of [0, -1, 1.5, MAX_MINOR_UNITS + 1])
      expectRefused(() => sent({ amount: { minorUnits: amount, currency: "EUR" } }), "BAD_REQUEST", "amount");
    expectRefused(() => sent({ amount: { minorUnits: 1, currency: "ZZZ" } }), "BAD_REQUEST", "currency");
    for (const amount of [undefined, null, 12.5, "12,50"])
      expectRefused(() => sent({ amount: amount as never }), "BAD_REQUEST", "amount");
  });

  test("a request that is no object is refused as such", () => {
    for (const request of [undefined, null, 1250, "12,50"])
      expectRefused(() => encodeFinancial("debit", request as never, ASKER), "BAD_REQUEST", "request");
  });
});

describe("tickets", () => {
  test("none, the profile's first, or the CK asked for", () => {
    expect(ticketsWanted(undefined, GENERIC)).toBeUndefined();
    expect(ticketsWanted(false, GENERIC)).toBeUndefined();
    expect(ticketsWanted(true, findProfile("viva"))).toBe("121");
    expect(ticketsWanted("111", GENERIC)).toBe("111");
  });

  for (const tickets of ["", "10", "1000", "200", "130", "102", "x100", "1000x", 120, null, ["120"]])
    test(`${JSON.stringify(tickets)} is no CK`, () =>
      expectRefused(() => ticketsWanted(tickets as never, GENERIC), "BAD_REQUEST", "tickets"));

  test("are refused where the profile is not known to return any", () => {
    const profile = findProfile("verifone");
    expect(ticketsWanted(false, profile)).toBeUndefined();
    expectRefused(() => ticketsWanted(true, profile), "NOT_SUPPORTED", "tickets", "profile");
    expectRefused(() => ticketsWanted("100", profile), "NOT_SUPPORTED", "tickets", "profile");
  });
});

describe("a request that moves no money", () => {
  test("is CZ, CJ, CA, CD and what goes with it", () => {
    expect(textOf(encodeOther("identification", ASKER).data)).toBe(`${HEADING}CD001I`);
    expect(textOf(encodeOther("status", ASKER, [{ name: "CF", value: "sale-7" }]).data)).toBe(
      `${HEADING}CD001TCF006sale-7`,
    );
  });

  test("has the CD of its action", () => {
    const codeOf = (action: "duplicate" | "print" | "reboot" | "ctms-status"): string | undefined =>
      /CD001(.)/.exec(textOf(encodeOther(action, ASKER).data))?.[1];
    expect([codeOf("duplicate"), codeOf("print"), codeOf("reboot"), codeOf("ctms-status")].join("")).toBe(
      "3PRC",
    );
  });

  test("exists in V3 only", () => {
    expectRefused(() => encodeOther("duplicate", E_PLUS), "NOT_SUPPORTED", "dialect", "v2");
  });

  test("holds no tag that the profile never sends", () => {
    expectRefused(
      () => encodeOther("status", ASKER, [{ name: "BF", value: "1" }]),
      "NOT_SUPPORTED",
      "acceptPartial",
      "profile",
    );
  });

  test("names the reference it asks a status for, and takes none that is no text", () => {
    expect(statusTags(undefined)).toEqual([]);
    expect(statusTags("sale-7")).toEqual([{ name: "CH", value: "sale-7" }]);
    for (const reference of ["", "x".repeat(1000), "\u20ac", 5, null])
      expectRefused(() => statusTags(reference as never), "BAD_REQUEST", "reference");
  });

  test("prints a text as the customer's ticket", () => {
    const [ticket] = printTags("Bonjour");
    expect(decodeTicket(ticket!)).toEqual({ recipient: "customer", format: "text", text: "Bonjour" });
    for (const text of ["", undefined, 12])
      expectRefused(() => printTags(text as never), "BAD_REQUEST", "text");
  });
});

describe("a payment in V2", () => {
  test("E+ has 34 characters, with the answer at the end and the authorisation left to the terminal", () => {
    expect(sent({}, E_PLUS)).toBe("0100001250010978          A010B010");
    expect(sent({ forceAuthorisation: true }, E_PLUS)).toBe("0100001250010978          A010B011");
    expect(sent({ forceAuthorisation: false }, E_PLUS)).toBe("0100001250010978          A010B010");
  });

  test("E has 26 characters and cannot force an authorisation", () => {
    expect(sent({}, E)).toBe("0100001250010978          ");
    expect(sent({ forceAuthorisation: false }, E)).toBe(sent({}, E));
    expectRefused(() => sent({ forceAuthorisation: true }, E), "NOT_SUPPORTED", "forceAuthorisation", "v2");
  });

  test("has the TYPE of its action", () => {
    const typeOf = (action: "debit" | "credit" | "reversal"): string | undefined =>
      textOf(encodeFinancial(action, PAYMENT, E).data)[12];
    expect([typeOf("debit"), typeOf("credit"), typeOf("reversal")]).toEqual(["0", "1", "2"]);
  });

  test("asks for REP only where card data is wanted", () => {
    expect(sent({ cardData: true }, E)).toBe("0100001250110978          ");
    expect(sent({ cardData: false }, E)).toBe(sent({}, E));
  });

  test("has the MODE of the application: card or cheque, no other", () => {
    expect(sent({ application: "001" }, E)).toBe(sent({}, E));
    expect(sent({ application: "00B" }, E)).toBe(sent({}, E));
    expect(sent({ application: "00C" }, E)).toBe("01000012500C0978          ");
    expectRefused(() => sent({ application: "009" }, E), "BAD_REQUEST", "application");
  });

  test("carries a reference or private data of up to 10 characters in PRIV", () => {
    expect(sent({ reference: "sale-7" }, E)).toBe("0100001250010978sale-7    ");
    expect(sent({ privateData: "0123456789" }, E)).toBe("01000012500109780123456789");
    expectRefused(() => sent({ reference: "01234567890" }, E), "BAD_REQUEST", "reference");
    expectRefused(() => sent({ privateData: "01234567890" }, E), "BAD_REQUEST", "privateData");
  });

  test("is of 8 digits at most", () => {
    expect(sent({ amount: money(99_999_999, "EUR") }, E)).toBe("0199999999010978          ");
    expectRefused(() => sent({ amount: money(100_000_000, "EUR") }, E), "BAD_REQUEST", "amount");
  });

  test("is judged by its fields", () => {
    expect(encodeFinancial("debit", PAYMENT, E).judged).toEqual({
      dialect: "E",
      register: "01",
      amount: 1250,
      ind: "0",
      mode: "1",
      type: "0",
      currency: "978",
      private: " ".repeat(10),
    });
  });

  const beyond: readonly (readonly [keyof PaymentRequest, PaymentRequest[keyof PaymentRequest]])[] = [
    ["tickets", true],
    ["phone", "0612345678"],
    ["email", "a@b.fr"],
    ["acceptPartial", true],
    ["transactionReference", "T9"],
    ["linkedTransaction", "123"],
  ];
  for (const [field, value] of beyond)
    test(`cannot carry ${field}, and says so`, () => {
      expectRefused(() => sent({ [field]: value }, E_PLUS), "NOT_SUPPORTED", field, "v2");
    });

  test("takes a wish that is false as none", () => {
    expect(sent({ tickets: false, acceptPartial: false }, E_PLUS)).toBe(sent({}, E_PLUS));
  });
});
