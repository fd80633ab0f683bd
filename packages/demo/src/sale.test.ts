import { describe, expect, it } from "vitest";
import { money } from "@concert-pay/core";
import {
  addToSale,
  begun,
  foundNotPaid,
  isEarlierAttemptOf,
  isOf,
  keyOf,
  newSale,
  notBegun,
  notPaid,
  numberOf,
  paid,
  referenceOf,
  totalOf,
  type Sale,
} from "./sale.ts";
import { firstSale, readSale } from "./sale-store.ts";
import { RECEIPT_WIDTH, receiptOf } from "./receipt.ts";

const basket = (): Sale => addToSale(addToSale(newSale(7, "ab12cd34"), "coffee", 2), "tart", 1);
const TERMINAL = { way: "bridge", bridge: "ws://127.0.0.1:8765/terminals/t", profile: "generic" } as const;
const PAYMENT = { chargedCents: 860, authorisation: "100001", tickets: [] };

describe("a sale", () => {
  it("adds, takes away and sums up in cents", () => {
    expect(totalOf(basket())).toEqual(money(860, "EUR"));
    expect(totalOf(addToSale(basket(), "coffee", -1))).toEqual(money(640, "EUR"));
    expect(addToSale(basket(), "coffee", -2).lines).toEqual([{ article: "tart", quantity: 1 }]);
    expect(addToSale(basket(), "gold", 1)).toEqual(basket());
  });

  it("keeps its basket as it is from the moment a payment is begun", () => {
    const paying = begun(basket(), TERMINAL);
    expect(addToSale(paying, "coffee", 1)).toBe(paying);
    expect(addToSale(notBegun(paying), "coffee", 1)).not.toEqual(basket());
  });

  it("keeps the key of an attempt until that has failed for certain", () => {
    const sale = basket();
    expect(keyOf(notBegun(begun(sale, TERMINAL)))).toBe(keyOf(sale));
    expect(keyOf(notPaid(begun(sale, TERMINAL)))).not.toBe(keyOf(sale));
    expect([isOf(sale, keyOf(sale)), isOf(sale, "other"), isOf(sale, undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("knows the keys of its earlier attempts", () => {
    const sale = notPaid(notPaid(basket()));
    expect([basket(), notPaid(basket()), sale].map((one) => isEarlierAttemptOf(sale, keyOf(one)))).toEqual([
      true,
      true,
      false,
    ]);
    for (const key of [undefined, "", "sale-other-1"]) expect(isEarlierAttemptOf(sale, key)).toBe(false);
  });

  it("has another reference after a person found a payment not made, and one name all the time", () => {
    const [declined, found] = [notPaid(basket()), foundNotPaid(basket())];
    expect([basket(), declined, found, foundNotPaid(found)].map(referenceOf)).toEqual([
      "T0007",
      "T0007",
      "T0007-2",
      "T0007-3",
    ]);
    expect(numberOf(found)).toBe("T0007");
    expect(keyOf(found)).toBe(keyOf(declined));
  });

  it("is read again as it was kept, and not at all where something else was kept", () => {
    const sale = begun(basket(), TERMINAL);
    expect(readSale(structuredClone(sale))).toEqual(sale);
    for (const broken of [
      undefined,
      null,
      3,
      "sale",
      {},
      { ...sale, lines: 1 },
      { ...sale, state: undefined },
    ])
      expect(readSale(broken)).toBeUndefined();
    expect(totalOf(firstSale("ab12cd34")).minorUnits).toBeGreaterThan(0);
  });
});

describe("the receipt", () => {
  it("has no line wider than the roll", () => {
    const sale = paid(
      basket(),
      { ...PAYMENT, by: "a name that is much longer than the room there is" },
      "now",
    );
    for (const line of receiptOf(sale, "fr", (iso) => iso).split("\n"))
      expect(line.length).toBeLessThanOrEqual(RECEIPT_WIDTH);
  });

  it("shows what was bought, what was paid, and the customer's card ticket with its card number masked", () => {
    const tickets = [
      { recipient: "customer", format: "text", text: "CARTE 4970101234567890" },
      { recipient: "merchant", format: "text", text: "COMMERCANT" },
    ] as const;
    const text = receiptOf(paid(basket(), { ...PAYMENT, tickets }, "now"), "en", (iso) => iso);
    expect(text).toContain(numberOf(basket()));
    expect(text).toMatch(/2 x Coffee +€4\.40/);
    expect(text).toMatch(/Authorisation +100001/);
    expect(text).toContain("497010******7890");
    expect(text).not.toContain("COMMERCANT");
  });

  it("says what is left to pay after a partial payment", () => {
    const text = receiptOf(paid(basket(), { ...PAYMENT, chargedCents: 500 }, "now"), "en", (iso) => iso);
    expect(text).toMatch(/Still to pay +€3\.60/);
  });
});
