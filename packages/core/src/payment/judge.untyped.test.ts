/** `judge` in the hands of a caller without types. */
import { describe, expect, test } from "vitest";
import { decodeMessage } from "../codec/tlv.ts";
import { latin1 } from "../testing/far-end.ts";
import { judge } from "./judge.ts";

const REQUEST = decodeMessage(latin1("CZ0040300CA00201CB0042500CD0010CE003978"));
const ANSWER = decodeMessage(latin1("CZ0040300CA00201CB0042500CD0010CE003978AE00210"));
const V2 = { register: "01", stat: "0", amount: 2500, mode: "1", currency: "978", private: " ".repeat(10) };

describe("an answer", () => {
  test("of null is none", () => {
    expect(judge(REQUEST, null as never)).toEqual(judge(REQUEST, undefined));
    expect(judge(REQUEST, null as never, "generic", { doubt: "closed" })).toMatchObject({ doubt: "closed" });
  });

  test.each<[string, unknown]>([
    ["a number", 5],
    ["false", false],
    ["text", "CZ0040300AE00210"],
    ["bytes", latin1("CZ0040300AE00210")],
    ["an empty object", {}],
    ["a function", () => undefined],
    ["a list of nothing", [null]],
    ["a list with what is no tag", [{ name: "AE", value: "10" }, {}]],
    ["a tag without a name", [{ value: "10" }]],
    ["a tag whose value is no text", [{ name: "AE", value: 10 }]],
    ["a tag that holds what is no tag", [{ name: "ZT", value: [null] }]],
    ["a message without get", { ...ANSWER, tags: ANSWER.tags, get: undefined }],
    ["a message without tags", { get: () => "10", warnings: [] }],
    ["a message with what is no tag", { get: () => "10", tags: [5], warnings: [] }],
    ["a message without warnings", { get: () => "10", tags: [] }],
    ["a message with what is no warning", { get: () => "10", tags: [], warnings: [null] }],
    ["V2 fields that are no text", { ...V2, stat: 0 }],
    ["a REP that is no text", { ...V2, rep: 5 }],
    ["an amount that is no number", { ...V2, amount: "2500" }],
  ])("that is %s cannot be read, and proves nothing", (_, answer) => {
    expect(judge(REQUEST, answer as never)).toEqual({
      ...judge(REQUEST, undefined, "generic", { doubt: "malformed" }),
      outcome: "unknown",
      doubt: "malformed",
    });
  });

  test("of no tags at all says nothing", () => {
    expect(judge(REQUEST, [])).toMatchObject({ outcome: "unknown", doubt: "status" });
  });

  test("as a list of tags is counted like a message: two messages must agree in all that decides", () => {
    const { tags } = ANSWER;
    const header = { name: "CZ", value: "0300" };
    expect(judge(REQUEST, [...tags])).toMatchObject({ outcome: "approved" });
    expect(judge(REQUEST, [...tags, ...tags])).toMatchObject({ outcome: "approved" });
    const half = judge(REQUEST, [...tags, header]);
    expect(half).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
    expect(JSON.stringify(half)).toContain("two messages, AE in one of them");
    expect(JSON.stringify(half)).toContain("deux messages, AE dans un seul");
  });

  test("in V2 may leave REP out by name", () => {
    const request = { ...V2, dialect: "E", ind: "0", type: "0" } as const;
    const answer = { ...V2, rep: undefined };
    expect(judge(request, answer as never)).toMatchObject({ outcome: "approved" });
  });
});

test.each([undefined, null, 5, "CD=0", {}, [null], { register: 1 }])(
  "a request that is %j is refused",
  (request) => {
    expect(() => judge(request as never, ANSWER)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field: "request" }) as Error,
    );
  },
);

test.each([null, 5, "x"])("a profile that is %j is refused", (profile) => {
  for (const answer of [ANSWER, undefined])
    expect(() => judge(REQUEST, answer, profile as never)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field: "profile" }) as Error,
    );
});
