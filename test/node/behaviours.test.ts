/**
 * Every behaviour of the simulated terminal, over real TCP through the real bridge: what the register makes of it,
 * and what the terminal charged. The two together are the promise: "approved" only with a charge of that amount, and
 * "not done" never with one.
 */
import { afterEach, expect, test } from "vitest";
import { money, openTerminal, type Outcome, type Terminal } from "@concert-pay/core";
import { startSimulator, type Simulator } from "@concert-pay/simulator";
import { VirtualClock } from "../../packages/core/src/testing/virtual-clock.ts";
import { CATALOGUE } from "../../packages/simulator/src/model/catalogue.ts";
import { bridged } from "../support/bridged.ts";

type Word = Outcome["outcome"];

/** What each behaviour must come out as. One that is missing here fails the test below. */
const EXPECTED: Readonly<Record<string, Word>> = {
  approve: "approved",
  "approve-contact": "approved",
  "approve-contactless": "approved",
  "approve-amex": "approved",
  "approve-cheque": "approved",
  refuse: "declined",
  forbidden: "declined",
  abandoned: "abandoned",
  "not-completed": "failed",
  "entry-timeout": "abandoned",
  "format-error": "failed",
  "selection-error": "failed",
  "operator-abandoned": "abandoned",
  "unknown-action": "failed",
  "currency-not-supported": "failed",
  "technical-fault": "failed",
  "voice-referral": "failed",
  "no-reason": "failed",
  "long-reason": "declined",
  "red-key": "abandoned",
  silence: "unknown",
  "charge-then-silence": "unknown",
  "hang-up-without-answer": "unknown",
  "charge-then-hang-up": "unknown",
  "charge-then-reset": "unknown",
  "empty-answer": "unknown",
  "answer-then-hang-up": "approved",
  split: "approved",
  slow: "approved",
  late: "approved",
  "duplicate-answer": "approved",
  garbage: "unknown",
  "bad-length": "unknown",
  overrun: "unknown",
  "oversize-answer": "unknown",
  "contradictory-reason": "unknown",
  "contradictory-refusal": "unknown",
  "zero-padded-amount": "approved",
  "missing-amount": "unknown",
  "lower-amount": "unknown",
  "higher-amount": "unknown",
  "other-register": "unknown",
  "other-action": "unknown",
  "other-currency": "unknown",
  acknowledge: "acknowledged",
  "unknown-status": "unknown",
  "without-status": "unknown",
  "repeated-tags": "approved",
  "repeated-status": "unknown",
  "unknown-tags": "approved",
  "whole-card-number": "approved",
  ticket: "approved",
  "two-tickets": "approved",
  "html-ticket": "approved",
  "wrapped-ticket": "approved",
  "long-ticket": "approved",
};

/** These wait for a person at the screen, or need a serial line; they have tests of their own. */
const ELSEWHERE = CATALOGUE.filter(({ interactive, line }) => interactive === true || line !== undefined);

/** The same behaviour in less of the real time that sockets live in. */
const SHORTER: Readonly<Record<string, { readonly lateMs: number }>> = { late: { lateMs: 300 } };

const AMOUNT = 1250;
const undo: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

interface Shop {
  readonly simulator: Simulator;
  readonly terminal: Terminal;
  readonly clock: VirtualClock;
  readonly seen: string[];
}

async function shop(behaviour: string): Promise<Shop> {
  const simulator = await startSimulator({
    port: 0,
    behaviours: [{ name: behaviour, ...SHORTER[behaviour] }],
  });
  undo.push(() => simulator.stop());
  const { connector, bridge } = await bridged(`127.0.0.1:${simulator.port}`);
  undo.push(() => bridge.stop());
  const clock = new VirtualClock();
  const seen: string[] = [];
  const terminal = openTerminal({
    connector,
    clock,
    register: { number: "01", identifier: "012345678901" },
    onTrace: ({ text }) => seen.push(text),
  });
  undo.push(() => terminal.close());
  return { simulator, terminal, clock, seen };
}

/** Lets the real sockets work, then moves the register's own time, so that three minutes of silence take none. */
async function outcomeOf({ terminal, clock, simulator }: Shop): Promise<Outcome> {
  let outcome: Outcome | undefined;
  const paying = terminal
    .pay({ amount: money(AMOUNT, "EUR"), key: "sale" })
    .then((value) => (outcome = value));
  await quiet(simulator);
  for (let minute = 0; outcome === undefined && minute < 4; minute += 1) {
    await clock.advance(250);
    await turn();
    if (outcome === undefined) await clock.advance(59_750);
    await turn();
  }
  return paying;
}

/** Until the terminal has said all it will: its answer is delivered, or lost, or it never will answer. */
async function quiet(simulator: Simulator): Promise<void> {
  await expect
    .poll(() => simulator.requests.at(-1)?.answer ?? "pending", { interval: 5 })
    .not.toBe("pending");
  await turn();
}

/** The bytes on loopback sockets arrive: page, bridge and terminal share this event loop. */
async function turn(): Promise<void> {
  for (let round = 0; round < 50; round += 1) await new Promise((resolve) => setImmediate(resolve));
}

for (const { name, charges } of CATALOGUE.filter((behaviour) => !ELSEWHERE.includes(behaviour)))
  test(`${name}: ${EXPECTED[name]}`, async () => {
    const made = await shop(name);
    const outcome = await outcomeOf(made);
    expect(outcome.outcome).toBe(EXPECTED[name]);
    const charged = made.simulator.ledger.map(({ amount }) => amount);
    expect(charged.length > 0).toBe(charges);
    if (outcome.outcome === "approved") expect(charged).toEqual([AMOUNT]);
    if (["declined", "abandoned", "failed"].includes(outcome.outcome)) expect(charged).toEqual([]);
    const blocks = outcome.outcome === "unknown" || outcome.outcome === "acknowledged";
    expect(await made.terminal.pending()).toHaveLength(blocks ? 1 : 0);
    if (blocks)
      await expect(made.terminal.pay({ amount: money(AMOUNT, "EUR") })).rejects.toMatchObject({
        pendingKey: "sale",
      });
    expect(`${made.seen.join("\n")}${JSON.stringify(outcome)}`).not.toMatch(/\d{13}/);
  });
