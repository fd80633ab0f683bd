import { describe, expect, test } from "vitest";
import { decodeMessage } from "../codec/tlv.ts";
import type { V2Response } from "../codec/v2/types.ts";
import { latin1 } from "../testing/far-end.ts";
import type { PaymentEntry } from "../ports/journal.ts";
import {
  doubtOf,
  echoesReference,
  fit,
  isPart,
  namesAnother,
  rivalOf,
  ownerOf,
  requestOf,
  type AnswerDoubt,
} from "./late.ts";

function entry(key: string, change: Partial<PaymentEntry> = {}): PaymentEntry {
  return {
    kind: "payment",
    key,
    action: "debit",
    amount: 2500,
    currency: "EUR",
    register: "01",
    terminal: "serial:0403:6001",
    exchange: "00000000-0000-4000-8000-000000000000",
    dialect: "v3",
    state: "unknown",
    times: {},
    ...change,
  };
}

const answer = (text: string): ReturnType<typeof decodeMessage> => decodeMessage(latin1(`CZ0040300${text}`));
const APPROVAL = "CA00201CB0042500CD0010CE003978AE00210";
const owner = (
  text: string,
  candidates: readonly PaymentEntry[],
  lastPayment?: string,
  doubt?: AnswerDoubt,
): string | undefined => ownerOf(answer(text), candidates, lastPayment, [], doubt)?.key;

describe("an answer belongs to", () => {
  test("the one payment that all its echoes agree with", () => {
    expect(owner(APPROVAL, [entry("a"), entry("b", { amount: 900 })])).toBe("a");
  });

  test("nobody when two payments fit alike", () => {
    expect(owner(APPROVAL, [entry("a"), entry("b")], "b")).toBeUndefined();
  });

  test("the one whose reference it echoes, when two fit alike", () => {
    const two = [entry("a", { reference: "sale-a" }), entry("b", { reference: "sale-b" })];
    expect(owner(`${APPROVAL}CF006sale-b`, two)).toBe("b");
    // CH is what a status query asks with, and may come back from it.
    expect(owner(`${APPROVAL}CH006sale-a`, two)).toBeUndefined();
  });

  test("nobody when its reference is that of two", () => {
    expect(
      owner(`${APPROVAL}CF001x`, [entry("a", { reference: "x" }), entry("b", { reference: "x" })]),
    ).toBeUndefined();
  });

  test("nobody when it names a payment whose outcome the terminal has told: it is that answer once more", () => {
    const told = entry("told", { reference: "sale-1", state: "settled", outcome: "declined" });
    const open = entry("open", { reference: "sale-2" });
    const again = answer(`${APPROVAL}CF006sale-1`);
    expect(ownerOf(again, [open], undefined, [told])).toBeUndefined();
    expect(ownerOf(again, [open], undefined, [])?.key).toBe("open");
    expect(ownerOf(answer(`${APPROVAL}CF006sale-2`), [open], undefined, [told])?.key).toBe("open");
    expect(ownerOf(answer(APPROVAL), [open], undefined, [told])?.key).toBe("open");
  });

  test("nobody when its reference is that of two, though a third payment was sent last", () => {
    const two = [entry("a", { reference: "x" }), entry("b", { reference: "x" })];
    expect(owner("AE00201CF001x", [...two, entry("c")], "c")).toBeUndefined();
  });

  test("nobody when any echo denies: register, action, currency or amount, whatever the reference says", () => {
    for (const other of [
      APPROVAL.replace("CA00201", "CA00202"),
      APPROVAL.replace("CD0010", "CD0011"),
      APPROVAL.replace("CE003978", "CE003840"),
      APPROVAL.replace("CB0042500", "CB0042600"),
    ]) {
      expect(owner(other, [entry("a")], "a")).toBeUndefined();
      expect(owner(`${other}CF006sale-a`, [entry("a", { reference: "sale-a" })], "a")).toBeUndefined();
    }
  });

  test("the payment sent last when it carries no amount, as after the red key", () => {
    const redKey = "CA00201CD0010AE00201AF00206";
    expect(owner(redKey, [entry("a"), entry("b")], "b")).toBe("b");
    expect(owner(redKey, [entry("a")], undefined)).toBeUndefined();
    expect(owner(redKey, [entry("a")], "something else")).toBeUndefined();
  });

  test("nobody when it says nothing at all and something else was sent last", () => {
    expect(owner("AE00201AF00204", [entry("a")], "b")).toBeUndefined();
    expect(owner("AE00201AF00204", [entry("a")], "a")).toBe("a");
  });

  test("a payment whose amounts agree before one that was merely sent last", () => {
    expect(owner(APPROVAL, [entry("a"), entry("b", { amount: 1 })], "b")).toBe("a");
  });
});

describe("while the answer to a question is owed", () => {
  const named = [entry("a", { reference: "sale-a" })];

  test.each<[AnswerDoubt, string | undefined, string | undefined, string | undefined]>([
    ["none", "a", "a", "a"],
    ["silent", "a", "a", undefined],
    ["unnamed", "a", undefined, undefined],
    ["all", undefined, undefined, undefined],
  ])("%s: by reference %s, by amount %s, without echo %s", (doubt, byReference, byAmount, bySilence) => {
    expect(owner(`${APPROVAL}CF006sale-a`, named, "a", doubt)).toBe(byReference);
    expect(owner(APPROVAL, named, "a", doubt)).toBe(byAmount);
    expect(owner("AE00201AF00206", named, "a", doubt)).toBe(bySilence);
  });
});

describe("fit", () => {
  const asked = requestOf(entry("a"));

  test("a zero-padded amount and a one-digit register agree", () => {
    expect(fit(asked, answer("CA0011CB012000000002500CD0010CE003978AE00210"))).toBe("agrees");
  });

  test("without CD or CB it says nothing", () => {
    expect(fit(asked, answer("CA00201CB0042500AE00210"))).toBe("silent");
    expect(fit(asked, answer("CA00201CD0010AE00201"))).toBe("silent");
    expect(fit(asked, answer("AE00201"))).toBe("silent");
  });

  test("an amount of zero, or a currency of zeros, says nothing", () => {
    expect(fit(asked, answer("CA00201CB00200CD0010CE003000AE00201"))).toBe("silent");
    expect(fit(asked, answer("CA00201CB0042500CD0010CE003000AE00210"))).toBe("agrees");
  });

  test("the reference alone agrees where nothing denies", () => {
    expect(fit(asked, answer("AE00201CF006sale-a"), "sale-a")).toBe("agrees");
    expect(fit(asked, answer("AE00201CF006sale-b"), "sale-a")).toBe("silent");
  });

  test("a part of the amount fits a request that accepts a part", () => {
    const partial = [...(asked as readonly { name: string; value: string }[]), { name: "BF", value: "1" }];
    const less = answer(APPROVAL.replace("CB0042500", "CB0042000"));
    expect(fit(partial, less)).toBe("agrees");
    expect(fit(asked, less)).toBe("denies");
    expect(fit(partial, answer(APPROVAL.replace("CB0042500", "CB0042600")))).toBe("denies");
  });

  test("an amount denies a request that had none, a part accepted or not", () => {
    const bare = [
      { name: "CA", value: "01" },
      { name: "CD", value: "0" },
      { name: "CE", value: "978" },
    ];
    expect(fit(bare, answer(APPROVAL))).toBe("denies");
    expect(fit([...bare, { name: "BF", value: "1" }], answer(APPROVAL))).toBe("denies");
  });

  test("Concert V2 echoes register, amount and currency, and all must agree", () => {
    const v2 = requestOf(entry("a", { dialect: "v2-e+" }));
    const said: V2Response = {
      register: "01",
      stat: "0",
      amount: 2500,
      mode: "1",
      currency: "978",
      private: " ".repeat(10),
    };
    expect(fit(v2, said)).toBe("agrees");
    for (const change of [{ register: "02" }, { amount: 2501 }, { currency: "250" }])
      expect(fit(v2, { ...said, ...change })).toBe("denies");
    expect(fit(v2, { ...said, stat: "7", amount: 0 })).toBe("silent");
    expect(fit(v2, { ...said, stat: "7", amount: 0, currency: "000" })).toBe("silent");
    expect(fit(v2, { ...said, stat: "7", amount: 0, register: "02" })).toBe("denies");
    expect(echoesReference(said, "sale-a")).toBe(false);
    expect(echoesReference({ ...said, private: "sale-a    " }, "sale-a")).toBe(true);
    expect(echoesReference({ ...said, private: "sale-a    " }, "sale-a ")).toBe(true);
    expect(echoesReference({ ...said, private: "sale-ab   " }, "sale-a")).toBe(false);
    expect(echoesReference({ ...said, private: "0000000000" }, "0000000000")).toBe(false);
  });
});

describe("a twin", () => {
  const WITHIN = 180_000;
  /** Settled a moment less than that ago. */
  const recently = (): number => WITHIN - 1;
  const decided = entry("a", {
    state: "settled",
    outcome: "failed",
    settledBy: { by: "person", who: "Anne" },
    times: { sending: "2026-01-01T12:00:00.000Z" },
  });
  const isTwin = (change: Partial<PaymentEntry>, since = recently): boolean =>
    rivalOf(entry("b"), [{ ...decided, ...change }], WITHIN, since) === "same";

  test("is the same request, decided by a person, whose answer may still come", () => {
    expect(isTwin({})).toBe(true);
  });

  test("is looked for among all others, also those still open", () => {
    const open = entry("c");
    expect(rivalOf(entry("b"), [open, decided], WITHIN, recently)).toBe("same");
    expect(rivalOf(entry("b"), [decided, open], WITHIN, recently)).toBe("same");
    expect(rivalOf(entry("b"), [open], WITHIN, recently)).toBeUndefined();
    expect(rivalOf(entry("b"), [], WITHIN, recently)).toBeUndefined();
  });

  test("can be another action in Concert V2, whose answers do not say to which they are", () => {
    const refund = entry("b", { action: "credit" });
    expect(rivalOf(refund, [decided], WITHIN, recently)).toBe("other");
    const inV2 = { ...decided, dialect: "v2-e" };
    expect(rivalOf({ ...refund, dialect: "v2-e" }, [inV2], WITHIN, recently)).toBe("same");
  });

  test("is also one that a status settled: its own answer was never heard", () => {
    expect(isTwin({ outcome: "approved", settledBy: { by: "terminal", how: "status" } })).toBe(true);
  });

  test("of another amount is a rival still: an answer without an amount could be to either", () => {
    expect(rivalOf(entry("b"), [{ ...decided, amount: 900 }], WITHIN, recently)).toBe("other");
    expect(rivalOf(entry("b"), [{ ...decided, amount: 900 }], 1, recently)).toBeUndefined();
  });

  test("is none once its customer's time is over", () => {
    expect(isTwin({}, () => WITHIN)).toBe(false);
  });

  test("is none when the terminal told its outcome, or nothing was sent", () => {
    expect(isTwin({ settledBy: { by: "terminal", how: "answer" } })).toBe(false);
    expect(isTwin({ settledBy: { by: "register" } })).toBe(false);
    expect(isTwin({ times: {} })).toBe(false);
  });

  test("differs in nothing an answer echoes", () => {
    for (const change of [
      { register: "02" },
      { action: "credit" },
      { amount: 2501 },
      { currency: "USD" },
      { key: "b" },
    ] as const)
      expect(isTwin(change)).toBe(false);
  });
});

describe("the request an entry stands for", () => {
  test("in V3 has what judging looks at", () => {
    expect(requestOf(entry("a", { action: "credit", amount: 5 }))).toEqual([
      { name: "CA", value: "01" },
      { name: "CB", value: "05" },
      { name: "CD", value: "1" },
      { name: "CE", value: "978" },
    ]);
  });

  test("in V2 is of its dialect", () => {
    const fields = {
      register: "01",
      amount: 2500,
      ind: "0",
      mode: "1",
      currency: "978",
      private: " ".repeat(10),
    };
    expect(requestOf(entry("a", { dialect: "v2-e", action: "reversal" }))).toEqual({
      ...fields,
      dialect: "E",
      type: "2",
    });
    expect(requestOf(entry("a", { dialect: "v2-e+" }))).toEqual({ ...fields, dialect: "E+", type: "0" });
  });
});

describe("an answer tells of a part", () => {
  const request = (bf: string): Parameters<typeof isPart>[0] =>
    decodeMessage(latin1(`CZ0040300CA00201CB0042500CD0010CE003978BF001${bf}`));

  test("where a part may be charged and its amount is lower, or missing", () => {
    expect(isPart(request("1"), answer("CB0042499"))).toBe(true);
    expect(isPart(request("1"), answer("AE00210"))).toBe(true);
    expect(isPart(request("1"), answer("CB0042500"))).toBe(false);
    expect(isPart(request("1"), answer("CB0042501"))).toBe(false);
    expect(isPart(request("0"), answer("CB0042499"))).toBe(false);
    expect(isPart(decodeMessage(latin1("CZ0040300CD001IBF0011")), answer("CB00212"))).toBe(false);
  });

  test("in V3 only: V2 has no parts", () => {
    const v2 = { register: "01", stat: "0", amount: 1, mode: "1", currency: "978" } as V2Response;
    expect(isPart(request("1"), v2)).toBe(false);
  });
});

test("an answer names another payment by its reference, unless it is our own too", () => {
  const others = [entry("a"), entry("b", { reference: "sale-b" })];
  const echo = answer("CF006sale-b");
  expect(namesAnother(echo, undefined, others)).toBe(true);
  expect(namesAnother(echo, "sale-c", others)).toBe(true);
  expect(namesAnother(echo, "sale-b", others)).toBe(false);
  expect(namesAnother(echo, undefined, [entry("a")])).toBe(false);
  expect(namesAnother(answer("CF006sale-x"), undefined, others)).toBe(false);
});

test.each([
  [[], "none"],
  [["identification"], "silent"],
  [["print", "reboot"], "silent"],
  [["identification", "status"], "unnamed"],
  [["status", "duplicate"], "all"],
] as const)("the questions %j leave the doubt %s", (owed, doubt) => {
  expect(doubtOf(owed)).toBe(doubt);
});
