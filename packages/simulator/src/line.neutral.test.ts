import { describe, expect, it } from "vitest";
import { decodeMessage, decodeV2Response, encodeV2Request, type V2Request } from "@concert-pay/core";
import { LINE_BEHAVIOURS } from "./line/line-behaviours.ts";
import type { BehaviourChoice } from "./model/behaviour.ts";
import { simulatedConnector, type PageSimulator, type SimulatedConnectorOptions } from "./page.ts";
import { LineRegister } from "./testing/line-register.ts";
import { debit } from "./testing/requests.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

async function line(
  behaviours: readonly BehaviourChoice[],
  options: SimulatedConnectorOptions = {},
): Promise<{ register: LineRegister; simulator: PageSimulator; clock: VirtualClock }> {
  const clock = new VirtualClock();
  const connector = simulatedConnector({ carrier: "serial", clock, behaviours, ...options });
  const connection = await connector.open({ exchange: "00000000-0000-4000-8000-000000000000" });
  return { register: new LineRegister(connection, clock), simulator: connector.simulator, clock };
}

interface Expected {
  /** What the register's link says of its request. */
  readonly failures: readonly string[];
  /** Amounts of the messages that came. */
  readonly answers: readonly string[];
  readonly charged: readonly number[];
}

const FINE: Expected = { failures: [], answers: ["700"], charged: [700] };

/** A debit of 7.00 on a line with that fault. */
const EXPECTED: Readonly<Record<string, Expected>> = {
  "no-ack": { failures: ["before no-answer"], answers: [], charged: [] },
  "late-ack": FINE,
  nak: FINE,
  "nak-always": { failures: ["before refused"], answers: [], charged: [] },
  "lost-ack": { failures: ["after no-acknowledgement"], answers: ["700"], charged: [700] },
  // Nothing came before: there is no answer to deliver, and the request gets through.
  collision: FINE,
  "bad-lrc": FINE,
  "bad-lrc-always": { failures: [], answers: [], charged: [700] },
  "missing-eot": FINE,
  "repeated-frame": FINE,
  "silent-after-enq": { failures: [], answers: [], charged: [700] },
  "idle-bids": FINE,
  noise: FINE,
  "slow-line": FINE,
  "answer-after-minutes": FINE,
};

describe("a serial line with a fault", () => {
  it.each(LINE_BEHAVIOURS.map(({ name }) => name))(
    "%s: what reaches whom, and what is charged",
    async (name) => {
      const { register, simulator } = await line([name]);
      await register.send(debit("700"), 170_000);
      const answers = register.messages.map(({ data }) => decodeMessage(data).get("CB"));
      const charged = simulator.ledger.map(({ amount }) => amount);
      expect({ failures: register.failures, answers, charged }).toEqual(EXPECTED[name]);
    },
  );

  it.each(LINE_BEHAVIOURS.map(({ name }) => name))(
    "%s: the next payment finds a good line again",
    async (name) => {
      const { register, simulator } = await line([name]);
      await register.send(debit("700"), 170_000);
      await register.send(debit("800"), 30_000);
      expect(register.failures).toEqual([]);
      expect(register.messages.map(({ data }) => decodeMessage(data).get("AE"))).toEqual(["10"]);
      expect(simulator.ledger.at(-1)).toMatchObject({ amount: 800 });
    },
  );

  it("delivers the answer of the payment before when ENQ meets ENQ, and does not take the new one", async () => {
    const { register, simulator } = await line(["charge-then-silence", "collision"]);
    await register.send(debit("700"), 10_000);
    expect(register.messages).toEqual([]);
    await register.send(debit("800"), 10_000);
    expect(register.failures).toEqual(["before collision"]);
    expect(register.messages.map(({ late, data }) => [late, decodeMessage(data).get("CB")])).toEqual([
      [true, "700"],
    ]);
    expect(simulator.ledger.map(({ amount }) => amount)).toEqual([700]);
  });

  it("paces its bytes as a line at 9600 does", async () => {
    const { register } = await line(["slow-line"]);
    await register.send(debit("700"), 10_000);
    const [first, second] = register.heard.slice(-20);
    expect(register.heard.every(({ bytes }) => bytes.length === 1)).toBe(true);
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeCloseTo(10_000 / 9_600, 6);
  });

  it("bids three times in vain before it delivers", async () => {
    const { register } = await line(["idle-bids"]);
    await register.send(debit("700"), 10_000);
    const bids = register.heard.filter(({ bytes }) => bytes.length === 1 && bytes[0] === 0x05);
    expect(bids).toHaveLength(4);
  });

  it("answers when the customer takes two minutes", async () => {
    const { register, simulator } = await line([], { delayMs: 120_000 });
    await register.send(debit("700"), 119_000);
    expect([register.messages.length, simulator.ledger.length]).toEqual([0, 0]);
    await register.send(debit("800"), 60_000);
    expect(simulator.requests.map(({ fate }) => fate)).toEqual(["charged", "busy"]);
  });
});

const V2: V2Request = {
  dialect: "E+",
  register: "01",
  amount: 1_250,
  ind: "0",
  mode: "1",
  type: "0",
  currency: "978",
  private: "sale 7    ",
  delay: "A010",
  auto: "B010",
};

describe("Concert V2", () => {
  it("approves with STAT 0 and keeps PRIV as the reference", async () => {
    const { register, simulator } = await line([], { dialect: "v2-e+" });
    await register.send(encodeV2Request(V2), 5_000);
    const [answer] = register.messages.map(({ data }) => decodeV2Response(data));
    expect(answer).toMatchObject({
      stat: "0",
      amount: 1_250,
      register: "01",
      currency: "978",
      private: "sale 7    ",
    });
    expect(simulator.ledger).toMatchObject([{ action: "debit", amount: 1_250, reference: "sale 7" }]);
  });

  it.each([
    ["refuse", "7", 0],
    ["acknowledge", "9", 1],
    ["unknown-status", "5", 1],
  ])("%s is STAT %s", async (name, stat, charges) => {
    const { register, simulator } = await line([name], { dialect: "v2-e+" });
    await register.send(encodeV2Request(V2), 5_000);
    expect(register.messages.map(({ data }) => decodeV2Response(data).stat)).toEqual([stat]);
    expect(simulator.ledger).toHaveLength(charges);
  });

  it("gives the card number in REP only where IND asks for it", async () => {
    const { register } = await line([], { dialect: "v2-e+" });
    await register.send(encodeV2Request({ ...V2, ind: "1" }), 5_000);
    expect(register.messages.map(({ data }) => decodeV2Response(data).rep?.trim())).toEqual([
      "497010######1234",
    ]);
  });

  it("answers A011 at once with STAT 9, and charges later without another word", async () => {
    const { register, simulator } = await line([], { dialect: "v2-e+", delayMs: 8_000 });
    await register.send(encodeV2Request({ ...V2, delay: "A011" }), 5_000);
    expect(register.messages.map(({ data }) => decodeV2Response(data).stat)).toEqual(["9"]);
    expect(simulator.ledger).toEqual([]);
    await register.send(encodeV2Request({ ...V2, amount: 99 }), 10_000);
    expect(simulator.ledger).toMatchObject([{ amount: 1_250 }]);
  });

  it("takes no request of the other V2 dialect", async () => {
    const { register, simulator } = await line([], { dialect: "v2-e" });
    await register.send(encodeV2Request(V2), 5_000);
    expect(register.messages.map(({ data }) => decodeV2Response(data).stat)).toEqual(["7"]);
    expect(simulator.ledger).toEqual([]);
  });
});
