import { describe, expect, it } from "vitest";
import { ConcertError, money, type ConcertErrorCode, type Outcome } from "@concert-pay/core";
import { explainError } from "../explain-error.ts";
import { screenOf, type Screen, type ScreenContext } from "./screen.ts";
import { doneState, type DoneState, type PayState } from "../state.ts";
import { LANGS } from "../texts.ts";
import {
  ACKNOWLEDGED,
  AMOUNT,
  APPROVED,
  DECLINED,
  NO_EVIDENCE,
  REASON,
  UNKNOWN,
  failedOutcome,
  unsettled,
} from "../testing/fake-terminal.ts";

const EN: ScreenContext = {
  lang: "en",
  amount: AMOUNT,
  problem: undefined,
  formatTime: (iso) => `at ${iso}`,
};
const FR: ScreenContext = { ...EN, lang: "fr" };
const unreachable = new ConcertError("UNREACHABLE", "nobody there", { reason: "bridge-not-running" });

const running = { amount: AMOUNT, cancelAsked: false } as const;
const blocked = { name: "blocked", entry: unsettled(), outcome: undefined, problem: undefined } as const;
const done = (outcome: Outcome, more: Partial<DoneState> = {}): PayState => ({
  ...doneState(outcome),
  ...more,
});
const lost = { kind: "history-lost", key: "l", reason: "wiped", state: "unknown", times: {} } as const;

const STATES: readonly PayState[] = [
  { name: "starting" },
  { name: "unavailable", error: unreachable },
  { name: "connecting", picking: false, problem: undefined },
  { name: "connecting", picking: false, problem: unreachable },
  { name: "connecting", picking: true, problem: undefined },
  { name: "idle" },
  { name: "calling", ...running },
  { name: "card-expected", ...running },
  { name: "card-expected", ...running, cancelAsked: true },
  { name: "answered", ...running },
  done(APPROVED),
  done({ ...APPROVED, partial: true, charged: money(1000, "EUR") } as Outcome),
  done(DECLINED),
  done({ ...DECLINED, outcome: "abandoned" } as Outcome),
  done(failedOutcome({ checkTerminal: true, busy: true })),
  done(failedOutcome({ checkTerminal: true }), { look: "settling" }),
  done(failedOutcome({ checkTerminal: true }), { problem: unreachable }),
  done(failedOutcome({ checkTerminal: true }), { look: "confirmed" }),
  done(failedOutcome({ checkTerminal: false })),
  done(UNKNOWN),
  { ...blocked, step: "found" },
  { ...blocked, step: "found", outcome: ACKNOWLEDGED, problem: unreachable },
  { ...blocked, step: "checking" },
  { ...blocked, step: "asking", outcome: UNKNOWN },
  { ...blocked, step: "settling" },
  { name: "history-lost", entry: lost, step: "asking", problem: undefined },
  { name: "history-lost", entry: lost, step: "settling", problem: unreachable },
  { name: "settled", entry: unsettled(), decision: "approved", by: "Ada" },
  { name: "settled", entry: unsettled(), decision: "failed", by: "Ada" },
  { name: "error", error: unreachable },
];

const actions = (screen: Screen): readonly string[] => screen.actions.map(({ id }) => id);
const words = (screen: Screen): string => [screen.headline, ...screen.lines, ...screen.steps].join("\n");

describe("every state", () => {
  it("has words in both languages, other ones, and leaves no value out", () => {
    for (const state of STATES) {
      const [fr, en] = [screenOf(state, FR), screenOf(state, EN)];
      expect(fr.headline, state.name).not.toBe(en.headline);
      for (const screen of [fr, en])
        expect(words(screen) + JSON.stringify(screen.actions)).not.toMatch(/[{]\w+[}]/);
    }
  });

  it("offers Pay only where no money can be in doubt", () => {
    const paying = STATES.filter((state) => actions(screenOf(state, EN)).includes("pay"));
    expect(paying.map((state) => (state.name === "done" ? state.outcome.outcome : state.name))).toEqual([
      "idle",
      "declined",
      "abandoned",
      "failed",
      "failed",
      "error",
    ]);
  });
});

describe("paying", () => {
  it("writes the amount on the button, in the language's own way", () => {
    expect(screenOf({ name: "idle" }, EN).actions[0]?.label).toBe("Pay €12.50");
    expect(screenOf({ name: "idle" }, FR).actions[0]?.label).toBe("Payer 12,50\u00a0€");
  });

  it("cannot be pressed without an amount, and says which attribute is wrong", () => {
    const none = { ...EN, amount: undefined };
    expect(screenOf({ name: "idle" }, none).actions).toMatchObject([{ id: "pay", disabled: true }]);
    const problem = new ConcertError("BAD_REQUEST", "amount must be ...", { field: "amount" });
    expect(words(screenOf({ name: "idle" }, { ...none, problem }))).toContain("“amount”");
  });

  it("names the red key, and after Cancel says that only the terminal can cancel", () => {
    expect(words(screenOf({ name: "card-expected", ...running }, EN))).toContain("red key");
    const cancelled = screenOf({ name: "card-expected", ...running, cancelAsked: true }, EN);
    expect(words(cancelled)).toContain("only the terminal can cancel");
    expect(actions(cancelled)).toEqual([]);
    for (const name of ["calling", "card-expected"] as const) {
      const { headline, tone } = screenOf({ name, ...running, cancelAsked: true }, EN);
      expect([headline, tone]).toEqual(["Press the red key", "key"]);
    }
    expect(screenOf({ name: "answered", ...running, cancelAsked: true }, EN).headline).toContain("Answer");
  });
});

describe("an outcome", () => {
  it("that is approved shows what was charged and offers no Pay", () => {
    const partial = screenOf(
      done({ ...APPROVED, partial: true, charged: money(1000, "EUR") } as Outcome),
      EN,
    );
    expect(partial).toMatchObject({ tone: "good", amount: "€10.00" });
    expect(words(partial)).toContain("Still to pay: €2.50");
    expect(actions(screenOf(done(APPROVED), EN))).toEqual(["next"]);
  });

  it("that is not approved gives the terminal's reason and says that nothing was charged", () => {
    const screen = screenOf(done(DECLINED), EN);
    expect(screen.tone).toBe("bad");
    expect(screen.lines).toEqual([`${REASON.en}.`, "The customer is not charged."]);
    const refused = { ...DECLINED, reason: { code: "04", fr: "Refusée", en: "Refused" } } as Outcome;
    expect(screenOf(done(refused), FR).lines).toEqual(["Le client n’est pas débité."]);
  });

  it("that is unclear asks the cashier to look before anything else", () => {
    const screen = screenOf(done(failedOutcome({ checkTerminal: true })), EN);
    expect(screen).toMatchObject({ urgent: true, tone: "warning" });
    expect(actions(screen)).toEqual([]);
    expect(screen.question?.answers).toMatchObject([
      { decision: "failed", needsName: false },
      { decision: "approved", needsName: true },
    ]);
    expect(words(screen)).not.toContain("not charged");
  });

  it("that could not be recorded says so", () => {
    expect(words(screenOf(done({ ...APPROVED, unrecorded: true } as Outcome), EN))).toContain(
      "could not be written",
    );
  });
});

describe("an unsettled payment", () => {
  it("has one obvious action", () => {
    const screen = screenOf({ ...blocked, step: "found" }, EN);
    expect(screen.actions).toEqual([{ id: "check", label: "Check with the terminal", weight: "primary" }]);
    expect(screen).toMatchObject({ urgent: true, amount: "€12.50", question: undefined });
    expect(words(screen)).toContain("at 2026-03-02T09:30:00.000Z");
  });

  it("asks a person with steps, two answers and a name when the terminal cannot tell", () => {
    const screen = screenOf({ ...blocked, step: "asking" }, FR);
    expect(screen.steps.length).toBeGreaterThan(2);
    expect(screen.question?.answers.map(({ decision }) => decision)).toEqual(["approved", "failed"]);
    expect(screen.question?.nameLabel).toBe("Votre nom");
  });

  it("shows the duplicate's ticket beside the question, its card number masked", () => {
    const ticket = {
      recipient: "customer",
      format: "text",
      text: "CARTE 4970101234567890\n12,50 EUR",
    } as const;
    const outcome: Outcome = { ...UNKNOWN, evidence: { ...NO_EVIDENCE, tickets: [ticket] } };
    const { tickets } = screenOf({ ...blocked, step: "asking", outcome }, EN);
    expect(tickets?.texts[0]?.text).toBe("CARTE 497010******7890\n12,50 EUR");
    expect(tickets?.caption).toContain("another payment");
  });
});

describe("an error", () => {
  const CODES: readonly ConcertErrorCode[] = [
    "BAD_REQUEST",
    "WRONG_STATE",
    "NO_ANSWER",
    "REFUSED",
    "BAD_MESSAGE",
    "PORT_LOST",
    "UNREACHABLE",
    "NOT_ALLOWED",
    "NOT_SUPPORTED",
    "JOURNAL_FAILED",
  ];

  it("of every code has a way out in both languages", () => {
    for (const code of CODES)
      for (const lang of LANGS) {
        const { headline, wayOut } = explainError(new ConcertError(code, "x"), lang);
        expect(headline.length * wayOut.length, code).toBeGreaterThan(0);
      }
  });

  it("of a known cause has the way out of that cause", () => {
    expect(explainError(unreachable, "en").wayOut).toContain("concert-bridge");
    const refused = (code: ConcertErrorCode): string =>
      explainError(new ConcertError(code, "x", { reason: "refused" }), "en").wayOut;
    expect(refused("NOT_ALLOWED")).toContain("--allow-origin");
    expect(refused("REFUSED")).toContain("Concert version");
    const unkept = new ConcertError("JOURNAL_FAILED", "x", { reason: "bad-entry", field: "payment-key" });
    expect(explainError(unkept, "en").wayOut).toContain("“payment-key”");
    const held = new ConcertError("WRONG_STATE", "in use", { holder: "Counter 2" });
    expect(explainError(held, "fr").wayOut).toContain("Counter 2");
    const taken = new ConcertError("WRONG_STATE", "in use", { reason: "port-taken" });
    expect(explainError(taken, "en").wayOut).toContain("using this port");
  });

  it("says that nothing was sent, and fills the slot of its kind", () => {
    expect(words(screenOf({ name: "error", error: unreachable }, EN))).toContain("Nothing was sent");
    const slots = (["NOT_SUPPORTED", "NOT_ALLOWED", "UNREACHABLE"] as const).map(
      (code) => screenOf({ name: "unavailable", error: new ConcertError(code, "x") }, EN).slot,
    );
    expect(slots).toEqual(["unsupported", "not-allowed", undefined]);
  });
});
