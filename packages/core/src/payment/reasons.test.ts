import { describe, expect, test } from "vitest";
import type { Tag } from "../codec/message.ts";
import { judge } from "./judge.ts";
import { doubtReason, plainDetail, reasonOf } from "./reasons.ts";
import type { Doubt, Outcome } from "./outcome.ts";

describe("the reason of an answer", () => {
  test("is that of its AF, in both languages", () => {
    expect(reasonOf("04")).toEqual({ code: "04", fr: "Refusée", en: "Refused" });
    expect(reasonOf("06")).toEqual({ code: "06", fr: "Abandon du porteur", en: "Cardholder gave up" });
  });

  test("names a code that is in no list", () => {
    expect(reasonOf("77")).toEqual({ code: "77", fr: "motif 77 inconnu", en: "unknown reason 77" });
  });

  test("is not invented where none was given", () => {
    expect(reasonOf(undefined)).toEqual({
      code: undefined,
      fr: "aucun motif donné",
      en: "no reason given",
    });
  });
});

describe("the reason of a doubt", () => {
  const words: readonly (readonly [doubt: Doubt, fr: string, en: string])[] = [
    ["silence", "le terminal n'a pas répondu à temps", "the terminal did not answer in time"],
    ["cut", "la réponse du terminal est incomplète", "the terminal's answer is incomplete"],
    ["closed", "le terminal a raccroché sans répondre", "the terminal hung up without an answer"],
    ["lost", "la liaison avec le terminal a été perdue", "the connection to the terminal was lost"],
    ["malformed", "la réponse du terminal est illisible", "the terminal's answer cannot be read"],
    ["oversize", "la réponse du terminal est trop longue", "the terminal's answer is too long"],
    [
      "contradiction",
      "la réponse du terminal se contredit",
      "the terminal's answer contradicts itself or the request",
    ],
    ["status", "l'état répondu par le terminal est inconnu", "the terminal's answer has no known status"],
    [
      "unacknowledged",
      "le terminal n'a pas confirmé la demande",
      "the terminal did not acknowledge the request",
    ],
    [
      "restarted",
      "la caisse a redémarré pendant le paiement",
      "the register was restarted during the payment",
    ],
  ];
  for (const [doubt, fr, en] of words)
    test(`${doubt}: ${en}`, () => expect(doubtReason(doubt)).toEqual({ code: undefined, fr, en }));

  test("has its detail behind it in both languages", () => {
    expect(doubtReason("cut", plainDetail("AE=1"))).toEqual({
      code: undefined,
      fr: "la réponse du terminal est incomplète (AE=1)",
      en: "the terminal's answer is incomplete (AE=1)",
    });
  });
});

/** What stands in brackets behind the reason of an unknown outcome. */
function detailIn(outcome: Outcome, language: "fr" | "en" = "en"): string | undefined {
  return outcome.outcome === "unknown" ? /\((.*)\)$/.exec(outcome.reason[language])?.[1] : undefined;
}

describe("the detail of a doubt says what was answered", () => {
  const tags = (text: string): readonly Tag[] =>
    text.split(" ").map((tag) => ({ name: tag.slice(0, 2), value: tag.slice(3) }));
  const asked = tags("CA=01 CB=2500 CD=0 CE=978");
  const detailOf = (answer: string, request: readonly Tag[] = asked): string | undefined =>
    detailIn(judge(request, tags(answer)));

  test.each([
    ["CA=01", "la réponse n'a pas d'AE"],
    ["AE=10 AF=04", "AE=10 avec AF=04"],
    ["AE=10 AE=01", "AE deux fois, différent"],
    ["AE=10 CA=02", "CA=02, demandé 01"],
    ["AE=10 CA=01 CD=0 CE=978", "sans CB"],
  ])("in French too: %s: %s", (answer, detail) => {
    expect(detailIn(judge(asked, tags(answer)), "fr")).toBe(detail);
  });

  const rows: readonly (readonly [answer: string, detail: string])[] = [
    ["CA=01", "the answer has no AE"],
    ["AE=99", "AE=99"],
    ["AE=10 AF=04", "AE=10 beside AF=04"],
    ["AE=10 AE=01", "AE twice, not the same"],
    ["AE=10 CA=02", "CA=02, asked 01"],
    ["AE=10 CA=01 CD=1", "CD=1, asked 0"],
    ["AE=10 CA=01 CD=0 CE=840", "CE=840, asked 978"],
    ["AE=10 CA=01 CD=0 CE=978 CB=25,0", "CB=25,0, asked 2500"],
    ["AE=10 CA=01 CD=0 CE=978", "no CB"],
    ["AE=10 CA=01 CD=0 CE=978 CB=2501", "CB=2501, asked 2500"],
  ];
  for (const [answer, detail] of rows)
    test(`${answer}: ${detail}`, () => expect(detailOf(answer)).toBe(detail));

  test("an action that moves no money is named", () => {
    expect(detailOf("AE=10", tags("CA=01 CD=I"))).toBe("action I moves no money");
  });

  test("V2 says which field differs", () => {
    const request = {
      dialect: "E",
      register: "01",
      amount: 1250,
      ind: "0",
      mode: "1",
      type: "0",
      currency: "978",
      private: " ".repeat(10),
    } as const;
    const answer = { register: "01", stat: "0", amount: 1250, mode: "1", currency: "978", private: "" };
    const detail = (change: Partial<typeof answer>): string | undefined =>
      detailIn(judge(request, { ...answer, ...change }));
    expect(detail({ stat: "5" })).toBe("STAT=5");
    expect(detail({ register: "02" })).toBe("register 02 answered");
    expect(detail({ currency: "250" })).toBe("currency 250 answered");
    expect(detail({ amount: 1251 })).toBe("amount 1251 answered");
    const inFrench = detailIn(judge(request, { ...answer, amount: 1251 }), "fr");
    expect(inFrench).toBe("montant 1251 en réponse");
  });
});
