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
  paidEarlier,
  referenceOf,
  totalOf,
  type Sale,
} from "./sale.ts";
import { firstSale, readSale } from "./sale-store.ts";
import { RECEIPT_WIDTH, receiptOf } from "./receipt.ts";

const basket = (): Sale => addToSale(addToSale(newSale(7, "ab12cd34"), "coffee", 2), "tart", 1);
const TERMINAL = { way: "bridge", bridge: "ws://127.0.0.1:8765/terminals/t", profile: "generic" } as const;
const AT = "2026-03-02T09:30:00.000Z";
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
    expect(addToSale(notBegun(paying, AT), "coffee", 1)).not.toEqual(basket());
  });

  it("keeps the key of an attempt until that has failed for certain", () => {
    const sale = basket();
    expect(keyOf(notBegun(begun(sale, TERMINAL), AT))).toBe(keyOf(sale));
    expect(keyOf(notPaid(begun(sale, TERMINAL), AT))).not.toBe(keyOf(sale));
    expect([isOf(sale, keyOf(sale)), isOf(sale, "other"), isOf(sale, undefined)]).toEqual([
      true,
      false,
      false,
    ]);
  });

  it("knows the keys of its earlier attempts", () => {
    const sale = notPaid(notPaid(basket(), AT), AT);
    expect(
      [basket(), notPaid(basket(), AT), sale].map((one) => isEarlierAttemptOf(sale, keyOf(one))),
    ).toEqual([true, true, false]);
    for (const key of [undefined, "", "sale-other-1"]) expect(isEarlierAttemptOf(sale, key)).toBe(false);
  });

  it("has another reference after a person found a payment not made, and one name all the time", () => {
    const [declined, found] = [notPaid(basket(), AT), foundNotPaid(basket(), AT)];
    expect([basket(), declined, found, foundNotPaid(found, AT)].map(referenceOf)).toEqual([
      "T0007",
      "T0007",
      "T0007-2",
      "T0007-3",
    ]);
    expect(numberOf(found)).toBe("T0007");
    expect(keyOf(found)).toBe(keyOf(declined));
  });

  describe("of which an earlier attempt turns out to be paid", () => {
    const first = begun(basket(), TERMINAL);
    const second = begun(foundNotPaid(first, AT), TERMINAL);
    const one = { ...PAYMENT, key: keyOf(first) };
    const two = { ...PAYMENT, key: keyOf(second) };

    it("is paid at once where no attempt runs", () => {
      const sale = paidEarlier(foundNotPaid(first, AT), one, AT);
      expect(sale.state).toEqual({ name: "paid", payment: one, at: AT });
    });

    it.each([
      ["is declined", notPaid],
      ["is found not made by a person", foundNotPaid],
      ["never reached the terminal", notBegun],
    ])("is paid once the running attempt has ended, where that one %s", (_, end) => {
      const running = paidEarlier(second, one, AT);
      expect(running.state.name).toBe("paying");
      const kept = readSale(structuredClone(paidEarlier(running, one, AT))) as Sale;
      const ended = end(kept, AT);
      expect(ended.state).toEqual({ name: "paid", payment: one, at: AT });
      expect(ended).not.toHaveProperty("earlier");
    });

    it("has two payments where the running attempt is paid as well, whichever is told first", () => {
      const both = { name: "paid", payment: two, also: [one], at: AT };
      expect(paid(paidEarlier(second, one, AT), two, AT).state).toEqual(both);
      expect(paidEarlier(paid(second, two, AT), one, AT).state).toEqual(both);
    });

    it("notes no payment twice, and stays paid", () => {
      const sale = paid(paidEarlier(second, one, AT), two, AT);
      for (const again of [
        paid(sale, two, AT),
        paidEarlier(sale, one, AT),
        notPaid(sale, AT),
        notBegun(sale, AT),
      ])
        expect(again).toBe(sale);
    });
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

  it("has every payment on it, and what has to be refunded", () => {
    const also = [{ ...PAYMENT, authorisation: "100002" }];
    const sale = basket();
    const twice: Sale = { ...sale, state: { name: "paid", payment: PAYMENT, also, at: AT } };
    const text = receiptOf(twice, "en", (iso) => iso);
    expect(text).toMatch(/Paid by card +€8\.60\n.*100001\nPaid by card +€8\.60\n.*100002\nTo refund +€8\.60/);
  });

  it("says what is left to pay after a partial payment", () => {
    const text = receiptOf(paid(basket(), { ...PAYMENT, chargedCents: 500 }, "now"), "en", (iso) => iso);
    expect(text).toMatch(/Still to pay +€3\.60/);
  });
});
