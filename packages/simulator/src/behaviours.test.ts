import { readFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { decodeMessage, decodeTicket, type Message } from "@concert-pay/core";
import type { BehaviourChoice } from "./model/behaviour.ts";
import { CATALOGUE } from "./model/catalogue.ts";
import { REQUEST_QUIET_MS } from "./links.ts";
import { LINE_BEHAVIOURS } from "./line/line-behaviours.ts";
import { startSimulator, type Simulator } from "./simulator.ts";
import { answered, debit, exchange, PlainRegister, waiting } from "./testing/plain-register.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

let simulator: Simulator | undefined;
afterEach(() => simulator?.stop());

/** One debit of 12.50, over real TCP. */
async function pay(
  behaviour: BehaviourChoice,
  more: Record<string, string> = {},
  enough?: (bytes: Uint8Array) => boolean,
): Promise<{ heard: PlainRegister; simulator: Simulator; answer: () => Message }> {
  simulator = await startSimulator({ port: 0, behaviour });
  const heard = await exchange(simulator.port, debit("1250", more), enough);
  return { heard, simulator, answer: () => decodeMessage(heard.bytes) };
}

/** The same, with a terminal that closes after its answer: so all that it sends has come. */
function payWhole(name: string, more: Record<string, string> = {}): ReturnType<typeof pay> {
  return pay({ name, hangUp: "end" }, more, () => false);
}

const charged = ({ ledger }: Simulator): readonly number[] => ledger.map(({ amount }) => amount);
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("paid", () => {
  it.each([
    ["approve", {}, "001", "1"],
    ["approve-contact", {}, "001", "1"],
    ["approve-contactless", {}, "00B", "2"],
    ["approve-amex", {}, "002", "1"],
    ["approve-cheque", {}, "00C", undefined],
    ["approve", { CC: "00C" }, "00C", undefined],
  ] as const)("%s %o answers CC=%s CI=%s and charges", async (name, more, application, reading) => {
    const { answer, simulator } = await pay(name, more);
    expect([answer().get("AE"), answer().get("CC"), answer().get("CI")]).toEqual([
      "10",
      application,
      reading,
    ]);
    expect(answer().warnings).toEqual([]);
    expect(simulator.ledger).toMatchObject([{ amount: 1_250, authorisation: answer().get("AC") }]);
  });

  it("sends only masked card numbers, but for the behaviour that is there to send one", async () => {
    const masked = await pay("approve");
    expect(masked.answer().get("AA")).toBe("497010######1234");
    await masked.simulator.stop();
    const whole = await pay("whole-card-number");
    expect(whole.answer().get("AA")).toMatch(/^\d{16}$/);
    expect(charged(whole.simulator)).toEqual([1_250]);
  });
});

describe("not done", () => {
  it.each([
    ["refuse", "04"],
    ["forbidden", "05"],
    ["abandoned", "06"],
    ["not-completed", "07"],
    ["entry-timeout", "08"],
    ["format-error", "09"],
    ["selection-error", "10"],
    ["operator-abandoned", "11"],
    ["unknown-action", "12"],
    ["currency-not-supported", "13"],
    ["technical-fault", "00"],
    ["voice-referral", "02"],
    ["no-reason", undefined],
  ])("%s answers AE=01 AF=%s with the echoes, and charges nothing", async (name, reason) => {
    const { answer, simulator } = await pay(name);
    expect(["AE", "AF", "CB", "CE"].map((tag) => answer().get(tag))).toEqual(["01", reason, "1250", "978"]);
    expect(charged(simulator)).toEqual([]);
  });

  it("long-reason has 29 characters of AF that begin with 04", async () => {
    const { answer, simulator } = await pay("long-reason");
    expect(answer().get("AF")).toMatch(/^0414.{25}$/);
    expect(charged(simulator)).toEqual([]);
  });

  it("red-key answers without CB", async () => {
    const { answer, simulator } = await pay("red-key");
    expect(["AE", "AF", "CB"].map((tag) => answer().get(tag))).toEqual(["01", "06", undefined]);
    expect(charged(simulator)).toEqual([]);
  });
});

describe("answers that do not come, or come badly", () => {
  it.each([
    ["hang-up-without-answer", false, []],
    ["charge-then-hang-up", false, [1_250]],
    ["charge-then-reset", true, [1_250]],
    ["empty-answer", false, []],
  ] as const)("%s closes without a byte: reset %s, charged %o", async (name, reset, amounts) => {
    const { heard, simulator } = await pay(name);
    expect([heard.bytes.length, heard.closed, heard.reset]).toEqual([0, true, reset]);
    expect(charged(simulator)).toEqual(amounts);
    expect(simulator.requests.map(({ answer }) => answer)).toEqual(["withheld"]);
  });

  it("answer-then-hang-up closes after the whole answer", async () => {
    const { heard, answer } = await pay("answer-then-hang-up", {}, () => false);
    expect([heard.closed, heard.reset, answer().get("AE")]).toEqual([true, false, "10"]);
  });

  it.each([
    ["garbage", /^/, 0],
    ["bad-length", /^CZ00X0300/, 0],
    ["overrun", /CF00510$/, undefined],
  ])("%s is no message, and was paid", async (name, shape, offset) => {
    const { heard, answer, simulator } = await payWhole(name);
    expect(text(heard.bytes)).toMatch(shape);
    const broken = { code: "BAD_MESSAGE", ...(offset === undefined ? {} : { offset }) };
    expect(() => answer()).toThrow(expect.objectContaining(broken) as Error);
    expect(charged(simulator)).toEqual([1_250]);
  });

  it("duplicate-answer sends the same bytes twice", async () => {
    const { heard, simulator } = await payWhole("duplicate-answer");
    const { bytes } = heard;
    expect(text(bytes.subarray(0, bytes.length / 2))).toBe(text(bytes.subarray(bytes.length / 2)));
    expect(charged(simulator)).toEqual([1_250]);
  });

  it("oversize-answer is longer than any message may be", async () => {
    const { heard, simulator } = await payWhole("oversize-answer");
    expect(heard.bytes.length).toBeGreaterThan(66_560);
    expect(charged(simulator)).toEqual([1_250]);
  });
});

describe("answers that contradict", () => {
  it.each([
    ["contradictory-reason", { AE: "10", AF: "04" }, [1_250]],
    ["contradictory-refusal", { AE: "10", AF: "09" }, []],
    ["zero-padded-amount", { AE: "10", CB: "000000001250" }, [1_250]],
    ["missing-amount", { AE: "10", CB: undefined }, [1_250]],
    ["lower-amount", { AE: "10", CB: "625" }, [625]],
    ["higher-amount", { AE: "10", CB: "1251" }, [1_251]],
    ["other-register", { AE: "10", CA: "99" }, [1_250]],
    ["other-action", { AE: "10", CD: "1" }, [1_250]],
    ["other-currency", { AE: "10", CE: "840" }, [1_250]],
    ["acknowledge", { AE: "11" }, [1_250]],
    ["unknown-status", { AE: "42" }, [1_250]],
    ["without-status", { AE: undefined, CB: "1250" }, [1_250]],
    ["unknown-tags", { AE: "10", QX: "1" }, [1_250]],
  ] as const)("%s answers %o and charges %o", async (name, tags, amounts) => {
    const { answer, simulator } = await payWhole(name);
    expect(Object.fromEntries(Object.keys(tags).map((tag) => [tag, answer().get(tag)]))).toEqual(tags);
    expect(charged(simulator)).toEqual(amounts);
  });

  it.each([
    ["repeated-tags", ["10", "1250", "978"]],
    ["repeated-status", ["01"]],
  ])("%s repeats tags", async (name, dropped) => {
    const { answer } = await payWhole(name);
    const repeated = answer().warnings.filter(({ code }) => code === "repeated");
    expect(repeated.map((warning) => warning.dropped)).toEqual(dropped);
  });
});

describe("tickets", () => {
  const tickets = (message: Message): readonly string[] =>
    message.all("ZT").map((tag) => {
      const { recipient, format } = decodeTicket(tag);
      return `${recipient} ${format}`;
    });

  it.each([
    ["ticket", {}, ["customer text"]],
    ["two-tickets", {}, ["customer text", "merchant text"]],
    ["html-ticket", {}, ["customer html"]],
    ["wrapped-ticket", {}, ["customer text"]],
    ["long-ticket", {}, ["customer text"]],
    ["approve", { CK: "121" }, ["customer html", "merchant html"]],
    ["approve", { CK: "000" }, []],
    ["refuse", { CK: "100" }, ["customer text"]],
  ] as const)("%s with %o gives %o", async (name, more, expected) => {
    const { answer } = await payWhole(name, more);
    expect(tickets(answer())).toEqual(expected);
  });

  it("wrapped-ticket has line feeds, long-ticket fills AK", async () => {
    const wrapped = await payWhole("wrapped-ticket");
    expect(text(wrapped.heard.bytes)).toMatch(/AK\d{3}[^\n]{76}\n/);
    await wrapped.simulator.stop();
    expect(text((await payWhole("long-ticket")).heard.bytes)).toContain("AK900");
  });
});

describe("answers in time", () => {
  /** A debit on its way to a terminal whose clock we hold. */
  async function begin(
    behaviour: BehaviourChoice,
    delayMs = 0,
  ): Promise<{ register: PlainRegister; clock: VirtualClock; simulator: Simulator }> {
    const clock = new VirtualClock();
    simulator = await startSimulator({ port: 0, behaviour, delayMs, clock, resultMs: 0 });
    const register = await PlainRegister.connect(simulator.port);
    await register.send(debit("1250"));
    await waiting(clock);
    await clock.advance(REQUEST_QUIET_MS);
    return { register, clock, simulator };
  }

  it.each([
    ["silence", []],
    ["charge-then-silence", [1_250]],
  ] as const)(
    "%s: nothing comes in an hour, the connection stays open, charged %o",
    async (name, amounts) => {
      const { register, clock, simulator } = await begin(name);
      await clock.advance(3_600_000);
      expect([register.bytes.length, register.closed, simulator.connections]).toEqual([0, false, 1]);
      expect(simulator.requests.map(({ answer }) => answer)).toEqual(["withheld"]);
      expect(charged(simulator)).toEqual(amounts);
      register.destroy();
    },
  );

  it("split cuts the answer at the bytes asked for, with the silence asked for", async () => {
    const { register, clock } = await begin({ name: "split", pieces: { at: [5, 26], gapMs: 700 } });
    await register.until(({ length }) => length >= 5);
    await clock.advance(699);
    expect(register.bytes).toHaveLength(5);
    await clock.advance(1);
    await register.until(({ length }) => length >= 26);
    await clock.advance(699);
    expect(register.bytes).toHaveLength(26);
    await clock.advance(1);
    await register.until(({ length }) => length > 26);
    expect(decodeMessage(register.bytes).get("AE")).toBe("10");
    register.destroy();
  });

  it("slow sends byte by byte", async () => {
    const { register, clock } = await begin("slow");
    for (let count = 1; count <= 20; count += 1) {
      await register.until(({ length }) => length >= count);
      expect(register.bytes).toHaveLength(count);
      await clock.advance(5);
    }
    await clock.advance(5_000);
    await register.until(answered);
    register.destroy();
  });

  it("late charges when the customer is done, and answers afterwards", async () => {
    const { register, clock, simulator } = await begin({ name: "late", lateMs: 200_000 }, 2_000);
    await clock.advance(1_999);
    expect([simulator.screen.name, charged(simulator)]).toEqual(["card-expected", []]);
    await clock.advance(1);
    expect([simulator.model.busy, charged(simulator)]).toEqual([false, [1_250]]);
    await clock.advance(199_999);
    expect(register.bytes).toHaveLength(0);
    await clock.advance(1);
    await register.until(answered);
    expect(decodeMessage(register.bytes).get("AE")).toBe("10");
    register.destroy();
  });

  it("answers a register that asked for BA=1 at once, and charges without another word", async () => {
    const clock = new VirtualClock();
    simulator = await startSimulator({ port: 0, delayMs: 5_000, clock });
    const register = await PlainRegister.connect(simulator.port);
    await register.send(debit("1250", { BA: "1" }));
    await waiting(clock);
    await clock.advance(REQUEST_QUIET_MS);
    await register.until(answered);
    expect([decodeMessage(register.bytes).get("AE"), charged(simulator)]).toEqual(["11", []]);
    const { length } = register.bytes;
    await clock.advance(10_000);
    expect([register.bytes.length, charged(simulator)]).toEqual([length, [1_250]]);
    register.destroy();
  });
});

it.each(LINE_BEHAVIOURS.map(({ name }) => name).filter((name) => name !== "answer-after-minutes"))(
  "%s is about serial lines, and approves over bare TCP",
  async (name) => {
    expect((await pay(name)).answer().get("AE")).toBe("10");
  },
);

it("has a name and a summary for every behaviour", () => {
  expect(new Set(CATALOGUE.map(({ name }) => name)).size).toBe(CATALOGUE.length);
  for (const { name, summary } of CATALOGUE) {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(summary.length).toBeLessThan(80);
  }
});

it("is documented: every behaviour stands in docs/simulator.md with what it does", () => {
  const docs = readFileSync(new URL("../../../docs/simulator.md", import.meta.url), "utf8").replace(
    / +/g,
    " ",
  );
  for (const { name, summary } of CATALOGUE)
    expect(docs).toContain(`| \`${name}\` | ${summary.replace(/^line: /, "")} |`);
});
