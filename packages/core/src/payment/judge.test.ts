import { describe, expect, test } from "vitest";
import type { Tag } from "../codec/message.ts";
import { decodeMessage } from "../codec/tlv.ts";
import type { V2Request, V2Response } from "../codec/v2/types.ts";
import { latin1 } from "../testing/far-end.ts";
import { judge, type JudgeContext } from "./judge.ts";
import type { Outcome } from "./outcome.ts";

const DEBIT = "CZ0040300CJ012247300123456CA00201CB0042500CD0010CE003978";
const ECHO = "CZ0040300CJ012330538600404CA00201CB0042500CD0010CE003978";
const REFUSAL = "CZ0040300AE00201";

function verdict(answer: string | undefined, request = DEBIT, context?: JudgeContext): Outcome {
  const response = answer === undefined ? undefined : decodeMessage(latin1(answer));
  return judge(decodeMessage(latin1(request)), response, "generic", context);
}

/** The outcome with what distinguishes it, as one line. */
function short(outcome: Outcome): string {
  switch (outcome.outcome) {
    case "approved":
      return `approved ${outcome.charged.minorUnits}${outcome.partial ? " partial" : ""}`;
    case "failed":
      return `failed${outcome.checkTerminal ? ", check" : ""}${outcome.busy ? ", busy" : ""}`;
    case "unknown":
      return `unknown, ${outcome.doubt}`;
    default:
      return outcome.outcome;
  }
}

describe("AE=10 (protocol.md 4.6)", () => {
  const rows: readonly (readonly [title: string, answer: string, expected: string])[] = [
    ["equal echoes", `${ECHO}AE00210`, "approved 2500"],
    ["AF=01, as PayXpert sends", `${ECHO}AE00210AF00201`, "approved 2500"],
    ["AF=03, forced", `${ECHO}AE00210AF00203`, "approved 2500"],
    [
      "another CJ and CZ, as a real Ingenico answers",
      `${ECHO.replace("0300", "0301")}AE00210`,
      "approved 2500",
    ],
    ["zero-padded CB", `${ECHO.replace("CB0042500", "CB012000000002500")}AE00210`, "approved 2500"],
    ["CA of one digit", `${ECHO.replace("CA00201", "CA0011")}AE00210`, "approved 2500"],
    ["AF=09 beside it", `${ECHO}AE00210AF00209`, "unknown, contradiction"],
    ["AF=04 beside it", `${ECHO}AE00210AF00204`, "unknown, contradiction"],
    ["AF=00 beside it", `${ECHO}AE00210AF00200`, "unknown, contradiction"],
    ["AF not in any list", `${ECHO}AE00210AF00277`, "unknown, contradiction"],
    [
      "a long AF that denies it",
      `${ECHO}AE00210AF02904148HOLDER INVALID          `,
      "unknown, contradiction",
    ],
    ["another CA", `${ECHO.replace("CA00201", "CA00202")}AE00210`, "unknown, contradiction"],
    ["another CD", `${ECHO.replace("CD0010", "CD0011")}AE00210`, "unknown, contradiction"],
    ["another CE", `${ECHO.replace("CE003978", "CE003840")}AE00210`, "unknown, contradiction"],
    ["CB higher", `${ECHO.replace("CB0042500", "CB0042501")}AE00210`, "unknown, contradiction"],
    ["CB lower, not asked for", `${ECHO.replace("CB0042500", "CB0042000")}AE00210`, "unknown, contradiction"],
    ["CB absent", `${ECHO.replace("CB0042500", "")}AE00210`, "unknown, contradiction"],
    ["CB not a number", `${ECHO.replace("CB0042500", "CB00425,0")}AE00210`, "unknown, contradiction"],
    ["nothing echoed", "CZ0040300AE00210", "unknown, contradiction"],
    ["AE repeated with the same value", `${ECHO}AE00210AE00210`, "approved 2500"],
    ["AE repeated with another value", `${ECHO}AE00210AE00201`, "unknown, contradiction"],
    ["told twice in one", `${ECHO}AE00210${ECHO}AE00210`, "approved 2500"],
    [
      "without AE, before a refusal of something else",
      `${ECHO}CZ0040300AE00201AF00209`,
      "unknown, contradiction",
    ],
    ["before a message without AE", `${ECHO}AE00210CZ0040300`, "unknown, contradiction"],
    ["AF repeated with another value", `${ECHO}AE00210AF00201AF00204`, "unknown, contradiction"],
    ["CA repeated with another value", `${ECHO}AE00210CA00202`, "unknown, contradiction"],
    ["CB repeated with another value", `${ECHO}AE00210CB0042000`, "unknown, contradiction"],
    ["CD repeated with another value", `${ECHO}AE00210CD0011`, "unknown, contradiction"],
    ["CE repeated with another value", `${ECHO}AE00210CE003840`, "unknown, contradiction"],
    ["AE denied behind a Z tag", `${ECHO}AE00210ZT007AE00201AE00201`, "unknown, contradiction"],
    ["CB denied behind a Z tag", `${ECHO}AE00210ZT009CB0042500CB0040100`, "unknown, contradiction"],
    ["AF denied behind a Z tag", `${ECHO}AE00210AF00201ZT007AF00201AF00204`, "unknown, contradiction"],
    ["a tag repeated that decides nothing", `${ECHO}AE00210CF001xCF001y`, "approved 2500"],
  ];
  for (const [title, answer, expected] of rows)
    test(`${title}: ${expected}`, () => expect(short(verdict(answer))).toBe(expected));

  test("a lower CB where a partial payment was asked for is approved in part", () => {
    const partial = verdict(`${ECHO.replace("CB0042500", "CB0042000")}AE00210`, `${DEBIT}BF0011`);
    expect(short(partial)).toBe("approved 2000 partial");
    expect(short(verdict(`${ECHO.replace("CB0042500", "CB00200")}AE00210`, `${DEBIT}BF0011`))).toBe(
      "unknown, contradiction",
    );
    expect(short(verdict(`${ECHO.replace("CB0042500", "CB0042501")}AE00210`, `${DEBIT}BF0011`))).toBe(
      "unknown, contradiction",
    );
  });

  test("what was not asked for cannot be echoed right", () => {
    const approval = `${ECHO}AE00210`;
    expect(short(verdict(approval, DEBIT.replace("CB0042500", "")))).toBe("unknown, contradiction");
    expect(short(verdict(approval, DEBIT.replace("CE003978", "")))).toBe("unknown, contradiction");
    expect(short(verdict(approval.replace("CE003978", ""), DEBIT.replace("CE003978", "")))).toBe(
      "unknown, contradiction",
    );
    expect(short(verdict(approval.replace("CB0042500", ""), DEBIT.replace("CB0042500", "")))).toBe(
      "unknown, contradiction",
    );
  });

  test("an action that moves no money is never paid, though all its echoes are equal", () => {
    const asked = DEBIT.replace("CD0010", "CD0013");
    expect(short(verdict(`${ECHO.replace("CD0010", "CD0013")}AE00210`, asked))).toBe(
      "unknown, contradiction",
    );
  });

  test("an authorisation number is never proof", () => {
    expect(short(verdict("CZ0040320AC006184118AE00201AF00204"))).toBe("declined");
    expect(short(verdict("CZ0040320AC006184118"))).toBe("unknown, status");
  });

  test("an answer to an identification never says that money moved", () => {
    const asked = "CZ0040300CJ012012345678901CA00201CD001I";
    expect(verdict("CZ0040301CJ012330538600404CA00201CD001IAE00210", asked).outcome).toBe("unknown");
  });
});

describe("AE=01 (protocol.md 4.2)", () => {
  const rows: readonly (readonly [af: string | undefined, expected: string])[] = [
    ["00", "failed, check"],
    ["01", "failed, check"],
    ["02", "failed, check"],
    ["03", "failed, check"],
    ["04", "declined"],
    ["05", "declined"],
    ["06", "abandoned"],
    ["07", "failed, check"],
    ["08", "abandoned"],
    ["09", "failed"],
    ["10", "failed"],
    ["11", "abandoned"],
    ["12", "failed"],
    ["13", "failed"],
    ["77", "failed, check"],
    [undefined, "failed, check"],
  ];
  for (const [af, expected] of rows)
    test(`AF=${af ?? "absent"}: ${expected}`, () => {
      expect(short(verdict(af === undefined ? REFUSAL : `${REFUSAL}AF002${af}`))).toBe(expected);
    });

  test("only the first two characters of a long AF count", () => {
    expect(short(verdict(`${REFUSAL}AF02904148HOLDER INVALID          `))).toBe("declined");
  });

  test("echoes are not checked: the red key answers without an amount", () => {
    expect(short(verdict("CZ0040301CA00209CD0010AE00201AF00206"))).toBe("abandoned");
  });

  test("an unclear answer sooner than a customer can act says busy", () => {
    expect(short(verdict(REFUSAL, DEBIT, { elapsedMs: 1499 }))).toBe("failed, check, busy");
    expect(short(verdict(REFUSAL, DEBIT, { elapsedMs: 1500 }))).toBe("failed, check");
    expect(short(verdict(`${REFUSAL}AF00209`, DEBIT, { elapsedMs: 10 }))).toBe("failed");
  });

  test("the reason is told in both languages", () => {
    expect(verdict(`${REFUSAL}AF00204`)).toMatchObject({ reason: { code: "04" } });
    expect(verdict(REFUSAL)).toMatchObject({ reason: { code: undefined, en: "no reason given" } });
  });
});

describe("no verdict", () => {
  test("AE=11 is taken into account, never paid", () => {
    expect(short(verdict(`${ECHO}AE00211`))).toBe("acknowledged");
  });

  for (const status of ["10", "11", "01"])
    test(`the first answer to BA=1 is never paid: AE=${status}`, () => {
      expect(short(verdict(`${ECHO}AE002${status}`, `${DEBIT}BA0011`))).toBe("acknowledged");
    });

  test("BA=0 is a normal answer", () => {
    expect(short(verdict(`${ECHO}AE00210`, `${DEBIT}BA0010`))).toBe("approved 2500");
  });

  test("an answer to BA=1 without AE does not even say that it was taken into account", () => {
    expect(short(verdict(ECHO, `${DEBIT}BA0011`))).toBe("unknown, status");
  });

  test("AE absent or not in the list is unknown", () => {
    expect(short(verdict(ECHO))).toBe("unknown, status");
    expect(short(verdict(`${ECHO}AE00299`))).toBe("unknown, status");
    expect(short(verdict(`${ECHO}AE0011`))).toBe("unknown, status");
    expect(short(verdict("AE00510   "))).toBe("unknown, status");
  });

  test("an answer that may be to an earlier payment proves nothing, whatever it says", () => {
    for (const answer of [`${ECHO}AE00210`, `${REFUSAL}AF00204`])
      expect(short(verdict(answer, DEBIT, { ambiguous: true }))).toBe("unknown, contradiction");
  });

  test("no answer is unknown, with why", () => {
    expect(short(verdict(undefined))).toBe("unknown, silence");
    expect(short(verdict(undefined, DEBIT, { doubt: "cut" }))).toBe("unknown, cut");
  });
});

describe("Concert V2 (protocol.md 8.2)", () => {
  const request: V2Request = {
    dialect: "E+",
    register: "01",
    amount: 1250,
    ind: "1",
    mode: "1",
    type: "0",
    currency: "978",
    private: " ".repeat(10),
    delay: "A010",
    auto: "B010",
  };
  const answer: V2Response = {
    register: "01",
    stat: "0",
    amount: 1250,
    mode: "1",
    currency: "978",
    private: " ".repeat(10),
  };
  const rows: readonly (readonly [title: string, change: Partial<V2Response>, expected: string])[] = [
    ["STAT 0 with equal echoes", {}, "approved 1250"],
    ["STAT 7: not completed, no reason invented", { stat: "7" }, "failed, check"],
    ["STAT 9 is never paid", { stat: "9" }, "acknowledged"],
    ["any other STAT", { stat: "5" }, "unknown, status"],
    ["STAT 0 with another amount", { amount: 1251 }, "unknown, contradiction"],
    ["STAT 0 with another register", { register: "02" }, "unknown, contradiction"],
    ["STAT 0 with another currency", { currency: "250" }, "unknown, contradiction"],
  ];
  for (const [title, change, expected] of rows)
    test(`${title}: ${expected}`, () =>
      expect(short(judge(request, { ...answer, ...change }))).toBe(expected));

  test("a STAT 7 sooner than a customer can act says busy", () => {
    expect(short(judge(request, { ...answer, stat: "7" }, undefined, { elapsedMs: 1499 }))).toBe(
      "failed, check, busy",
    );
    expect(short(judge(request, { ...answer, stat: "7" }, undefined, { elapsedMs: 1500 }))).toBe(
      "failed, check",
    );
  });

  test("a TYPE that moves no money is never paid", () => {
    expect(short(judge({ ...request, type: "4" }, answer))).toBe("acknowledged");
  });

  test("an answer to A011 says nothing about the payment", () => {
    for (const stat of ["0", "7", "9"])
      expect(short(judge({ ...request, delay: "A011" }, { ...answer, stat }))).toBe("acknowledged");
    expect(short(judge({ ...request, delay: "A011" }, { ...answer, stat: "5" }))).toBe("unknown, status");
  });

  test("REP is masked in the evidence", () => {
    const outcome = judge(request, { ...answer, rep: "4711690463168807".padEnd(55) });
    expect(outcome.evidence.pan).toBe("471169******8807");
    expect(JSON.stringify(outcome)).not.toMatch(/\d{13}/);
  });
});

test("no card number survives in an outcome, wherever the terminal puts one", () => {
  const ticket = "ZT033CK003100AK020NTAxNzY3NzEyMjAwMDY3NA==".replace(
    "AK020NTAxNzY3NzEyMjAwMDY3NA==",
    "AK024NTAxNzY3NzEyMjAwMDY3NA==",
  );
  const outcome = verdict(
    `${ECHO}AE00210AA0165017677122000674CF0165017677122000674${ticket.replace("ZT033", "ZT037")}`,
  );
  expect(outcome.outcome).toBe("approved");
  expect(outcome.evidence.tickets).toHaveLength(1);
  expect(JSON.stringify(outcome)).not.toMatch(/\d{13}/);
});

test("a SIRET on a ticket stays: fourteen digits are no card number of any scheme in use", () => {
  const base64 = Buffer.from("SIRET 39033422500096").toString("base64");
  const inner = `CK003100AK${String(base64.length).padStart(3, "0")}${base64}`;
  const outcome = verdict(`${ECHO}AE00210ZT${String(inner.length).padStart(3, "0")}${inner}`);
  expect(outcome.evidence.tickets[0]?.text).toBe("SIRET 39033422500096");
});

describe("bare tags", () => {
  const bare = (text: string): readonly Tag[] =>
    text.split(" ").map((tag) => ({ name: tag.slice(0, 2), value: tag.slice(3) }));
  const request = bare("CA=01 CB=2500 CD=0 CE=978");

  test("are judged as a decoded message is", () => {
    expect(short(judge(request, bare("CA=01 CB=2500 CD=0 CE=978 AE=10")))).toBe("approved 2500");
    expect(short(judge(request, bare("AE=01 AF=04")))).toBe("declined");
  });

  test("that repeat a deciding tag with another value deny themselves", () => {
    const approval = "CA=01 CB=2500 CD=0 CE=978 AE=10";
    expect(short(judge(request, bare(`${approval} AE=01`)))).toBe("unknown, contradiction");
    expect(short(judge(request, bare(`${approval} AE=10`)))).toBe("approved 2500");
    expect(short(judge(request, bare(`${approval} CF=x CF=y`)))).toBe("approved 2500");
  });
});

describe("the amount of an outcome", () => {
  test("is what was asked, beside what was charged", () => {
    expect(verdict(`${ECHO}AE00210`)).toMatchObject({
      action: "debit",
      amount: { minorUnits: 2500, currency: "EUR" },
      charged: { minorUnits: 2500, currency: "EUR" },
      partial: false,
    });
    expect(verdict(undefined)).toMatchObject({ amount: { minorUnits: 2500, currency: "EUR" } });
  });

  test("is left out where none was asked", () => {
    expect(verdict(undefined, "CZ0040300CA00201CD001I")).not.toHaveProperty("amount");
  });
});
