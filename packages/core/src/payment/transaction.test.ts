import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import type { LinkFault, LinkOutput } from "../link/link.ts";
import { latin1 } from "../testing/far-end.ts";
import { Transaction, type Classification } from "./transaction.ts";

const NOTHING = new Uint8Array(0);
const ANSWER = latin1("ANSWER");
const WAIT = 180_000;

function begun(classify: (text: string) => Classification = () => "answer", presence = false): Transaction {
  return new Transaction({
    answerWithinMs: WAIT,
    classify: (data) => classify(String.fromCharCode(...data)),
    presence,
  });
}

const message = (data: Uint8Array, late = false): LinkOutput => ({ type: "message", data, late });
const failed = (stage: "before" | "after", fault: LinkFault, received: Uint8Array = NOTHING): LinkOutput => ({
  type: "failed",
  stage,
  fault,
  received,
});

describe("what a link fault proves", () => {
  const before: readonly (readonly [LinkFault, string])[] = [
    ["no-answer", "NO_ANSWER"],
    ["refused", "REFUSED"],
    ["collision", "REFUSED"],
    ["too-long", "BAD_REQUEST"],
    ["malformed", "BAD_REQUEST"],
    ["busy", "WRONG_STATE"],
    ["closed", "PORT_LOST"],
    ["lost", "PORT_LOST"],
    ["cut", "PORT_LOST"],
    ["oversize", "PORT_LOST"],
    ["no-acknowledgement", "PORT_LOST"],
  ];
  for (const [fault, code] of before)
    test(`${fault} before the terminal could hold the request: not sent, ${code}`, () => {
      const transaction = begun();
      expect(transaction.link(failed("before", fault), 0)).toBe(true);
      expect(transaction.result).toMatchObject({ kind: "not-sent", error: { code, reason: fault } });
    });

  test("a request that no line can carry is named, with the rule it breaks", () => {
    for (const [fault, rule] of [
      ["too-long", "at most 512 bytes"],
      ["malformed", "characters 0x20 to 0x7F only (protocol.md 7.1)"],
    ] as const) {
      const transaction = begun();
      transaction.link(failed("before", fault), 0);
      expect(transaction.result).toMatchObject({ error: { field: "request", rule } });
    }
  });

  test("a refusal and a collision are told apart: only after the second may the request simply be made again", () => {
    const messageOf = (fault: LinkFault): string => {
      const transaction = begun();
      transaction.link(failed("before", fault), 0);
      return transaction.result?.kind === "not-sent" ? transaction.result.error.message : "";
    };
    expect(messageOf("refused")).toContain("NAK");
    expect(messageOf("collision")).toContain("try again");
  });

  for (const fault of ["closed", "lost", "cut", "malformed", "oversize"] as const)
    test(`${fault} after it: in doubt, with what was read`, () => {
      const transaction = begun();
      transaction.link(failed("after", fault, latin1("half")), 0);
      expect(transaction.result).toEqual({ kind: "doubt", doubt: fault, unread: latin1("half") });
    });

  for (const fault of ["no-answer", "refused", "collision", "too-long", "busy"] as const)
    test(`${fault} after it: nothing a link says then, so the connection counts as lost`, () => {
      const transaction = begun();
      expect(transaction.link(failed("after", fault), 0)).toBe(true);
      expect(transaction.result).toEqual({ kind: "doubt", doubt: "lost", unread: NOTHING });
    });

  test("no acknowledgement of the frame: the terminal may hold it, so its answer is waited for", () => {
    const transaction = begun();
    transaction.link(failed("after", "no-acknowledgement"), 5);
    expect(transaction.result).toBeUndefined();
    expect(transaction.deadline).toBe(5 + WAIT);
    transaction.link(message(ANSWER), 100);
    expect(transaction.result).toMatchObject({ kind: "answer", elapsedMs: 95 });
  });
});

describe("waiting", () => {
  test("begins when the terminal holds the request, not before", () => {
    const transaction = begun();
    expect([transaction.waiting, transaction.deadline]).toEqual([false, undefined]);
    transaction.link({ type: "sent" }, 1_000);
    expect([transaction.waiting, transaction.deadline]).toEqual([true, 1_000 + WAIT]);
    transaction.link({ type: "sent" }, 2_000);
    expect(transaction.deadline).toBe(1_000 + WAIT);
  });

  test("ends in silence at the deadline, not a millisecond before", () => {
    const transaction = begun();
    transaction.tick(WAIT * 2);
    transaction.link({ type: "sent" }, 0);
    transaction.tick(WAIT - 1);
    expect(transaction.result).toBeUndefined();
    transaction.tick(WAIT);
    expect(transaction.result).toEqual({ kind: "doubt", doubt: "silence", unread: NOTHING });
    expect([transaction.waiting, transaction.deadline]).toEqual([false, undefined]);
  });

  test("a tick far too late means a frozen page: one more second is given to what came meanwhile", () => {
    const transaction = begun();
    transaction.link({ type: "sent" }, 0);
    transaction.tick(WAIT + 2_001);
    expect(transaction.deadline).toBe(WAIT + 3_001);
    transaction.tick(WAIT + 3_001);
    expect(transaction.result).toMatchObject({ doubt: "silence" });
  });

  test("a tick up to two seconds late is only a busy page", () => {
    const transaction = begun();
    transaction.link({ type: "sent" }, 0);
    transaction.tick(WAIT + 2_000);
    expect(transaction.result).toMatchObject({ doubt: "silence" });
  });

  test("an answer that is coming in when the time is up gets one more second, once, and is kept as far as it came", () => {
    const transaction = begun();
    transaction.link({ type: "sent" }, 0);
    transaction.tick(WAIT, latin1("CZ00"));
    expect([transaction.result, transaction.deadline]).toEqual([undefined, WAIT + 1_000]);
    transaction.tick(WAIT + 1_000, latin1("CZ0040300"));
    expect(transaction.result).toEqual({ kind: "doubt", doubt: "cut", unread: latin1("CZ0040300") });
  });

  test("an answer that ends within that second is taken, and one that stops being one was none", () => {
    for (const [ending, result] of [
      [message(ANSWER), { kind: "answer", data: ANSWER }],
      [
        { type: "discarded", bytes: NOTHING, why: "noise" },
        { kind: "doubt", doubt: "silence" },
      ],
    ] as const) {
      const transaction = begun();
      transaction.link({ type: "sent" }, 0);
      transaction.tick(WAIT, latin1("A"));
      transaction.link(ending, WAIT + 10);
      transaction.tick(WAIT + 1_000);
      expect(transaction.result).toMatchObject(result);
    }
  });

  test("a resumed exchange waits from the moment it was taken up", () => {
    const transaction = begun();
    transaction.resume(7);
    expect(transaction.deadline).toBe(7 + WAIT);
  });
});

describe("messages", () => {
  test("the answer ends it, with how long it took and what else was read", () => {
    const transaction = begun();
    expect(transaction.link({ type: "write", bytes: latin1("REQUEST") }, 0)).toBe(true);
    expect(transaction.waiting).toBe(false);
    expect(transaction.link({ type: "sent" }, 10)).toBe(true);
    expect(transaction.link({ type: "discarded", bytes: latin1("noise"), why: "noise" }, 20)).toBe(true);
    expect(transaction.link(message(ANSWER), 30)).toBe(true);
    expect(transaction.result).toEqual({
      kind: "answer",
      data: ANSWER,
      elapsedMs: 20,
      unread: latin1("noise"),
    });
  });

  test("an answer before our own write was confirmed is an answer", () => {
    const transaction = begun();
    transaction.link(message(ANSWER), 30);
    expect(transaction.result).toMatchObject({ kind: "answer", elapsedMs: 0 });
  });

  test("a late message, and one to another request, are left to their owner", () => {
    const transaction = begun((text) => (text === "ANSWER" ? "answer" : "stray"));
    expect(transaction.link(message(ANSWER, true), 0)).toBe(false);
    transaction.link({ type: "sent" }, 1);
    expect(transaction.link(message(latin1("OTHER")), 2)).toBe(false);
    expect(transaction.waiting).toBe(true);
  });

  test("the answer is taken that comes after one to another request, though the link calls it late", () => {
    const transaction = begun((text) => (text === "ANSWER" ? "answer" : "stray"));
    transaction.link({ type: "sent" }, 0);
    expect(transaction.link(message(latin1("OTHER")), 1)).toBe(false);
    expect(transaction.link(message(latin1("THIRD"), true), 2)).toBe(false);
    expect(transaction.link(message(ANSWER, true), 3)).toBe(true);
    expect(transaction.result).toMatchObject({ kind: "answer", data: ANSWER });
  });

  test("an interim answer keeps it open; the final one wins, and without one the interim stands", () => {
    for (const final of [true, false]) {
      const transaction = begun((text) => (text === "ANSWER" ? "answer" : "interim"));
      transaction.link({ type: "sent" }, 0);
      expect(transaction.link(message(latin1("ACKNOWLEDGED")), 1)).toBe(true);
      expect(transaction.result).toBeUndefined();
      if (final) transaction.link(message(ANSWER), 2);
      else transaction.link(failed("after", "closed"), 2);
      expect(transaction.result).toMatchObject({
        kind: "answer",
        data: final ? ANSWER : latin1("ACKNOWLEDGED"),
      });
    }
  });

  test("after its end nothing changes it, and messages go to their owner", () => {
    const transaction = begun();
    transaction.link(message(ANSWER), 0);
    const { result } = transaction;
    expect(transaction.link(message(latin1("MORE")), 1)).toBe(false);
    expect(transaction.link({ type: "sent" }, 1)).toBe(true);
    transaction.link(failed("before", "refused"), 2);
    transaction.lost(new ConcertError("PORT_LOST", "unplugged"));
    transaction.tick(WAIT * 3);
    expect(transaction.result).toBe(result);
  });

  test("a presence test ends when the line answers", () => {
    const transaction = begun(() => "stray", true);
    transaction.link({ type: "sent" }, 3);
    expect(transaction.result).toMatchObject({ kind: "answer", data: NOTHING });
  });
});

describe("the end of the connection", () => {
  test("in order is `closed`, with an error is `lost` and keeps it", () => {
    const closed = begun();
    closed.lost(undefined);
    expect(closed.result).toStrictEqual({ kind: "doubt", doubt: "closed", unread: NOTHING });
    const error = new ConcertError("PORT_LOST", "unplugged");
    const lost = begun();
    lost.link({ type: "sent" }, 0);
    lost.lost(error);
    expect(lost.result).toEqual({ kind: "doubt", doubt: "lost", unread: NOTHING, error });
  });

  test("evidence is bounded, however much noise comes", () => {
    const transaction = begun();
    transaction.link({ type: "sent" }, 0);
    for (let count = 0; count < 100; count += 1)
      transaction.link({ type: "discarded", bytes: new Uint8Array(1_000).fill(0x41), why: "noise" }, 1);
    transaction.lost(undefined);
    const { result } = transaction;
    expect(result?.kind === "doubt" && result.unread.length).toBe(5_000);
  });

  test("evidence of exactly 4096 bytes takes one more piece, and no other", () => {
    const transaction = begun();
    transaction.link({ type: "sent" }, 0);
    for (const length of [4_096, 10, 10])
      transaction.link({ type: "discarded", bytes: new Uint8Array(length), why: "noise" }, 1);
    transaction.lost(undefined);
    expect(transaction.result).toMatchObject({ unread: { length: 4_106 } });
  });
});
