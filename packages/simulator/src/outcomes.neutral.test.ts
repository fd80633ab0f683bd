import { describe, expect, it } from "vitest";
import { memoryJournal, money, openTerminal, type Outcome, type Terminal } from "@concert-pay/core";
import type { BehaviourChoice } from "./model/behaviour.ts";
import { CATALOGUE } from "./model/catalogue.ts";
import { simulatedConnector, type PageSimulator } from "./page.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

type Word = Outcome["outcome"] | "rejected";

/** A register and a terminal that uses up `behaviours`, then approves. */
function shop(
  carrier: "ip" | "serial",
  behaviours: readonly BehaviourChoice[],
): { pay: (cents: number) => Promise<Word>; terminal: Terminal; simulator: PageSimulator } {
  const clock = new VirtualClock();
  const connector = simulatedConnector({ clock, carrier, behaviours, latencyMs: 1, delayMs: 2_000 });
  const terminal = openTerminal({
    connector,
    clock,
    journal: memoryJournal(),
    register: { number: "01", identifier: "012345678901" },
  });
  const pay = async (cents: number): Promise<Word> => {
    const ended = terminal
      .pay({ amount: money(cents, "EUR"), key: `sale ${cents}`, reference: `sale ${cents}` })
      .then(
        ({ outcome }) => outcome,
        () => "rejected" as const,
      );
    await clock.advance(400_000);
    return ended;
  };
  return { pay, terminal, simulator: connector.simulator };
}

/** Core's word where it is not `approved`. */
const WORDS: Readonly<Record<string, Word>> = {
  interactive: "abandoned",
  refuse: "declined",
  forbidden: "declined",
  "long-reason": "declined",
  abandoned: "abandoned",
  "entry-timeout": "abandoned",
  "operator-abandoned": "abandoned",
  "red-key": "abandoned",
  "not-completed": "failed",
  "format-error": "failed",
  "selection-error": "failed",
  "unknown-action": "failed",
  "currency-not-supported": "failed",
  "technical-fault": "failed",
  "voice-referral": "failed",
  "no-reason": "failed",
  acknowledge: "acknowledged",
  silence: "unknown",
  "charge-then-silence": "unknown",
  "hang-up-without-answer": "unknown",
  "charge-then-hang-up": "unknown",
  "charge-then-reset": "unknown",
  "empty-answer": "unknown",
  garbage: "unknown",
  "bad-length": "unknown",
  overrun: "unknown",
  "oversize-answer": "unknown",
  "contradictory-reason": "unknown",
  "contradictory-refusal": "unknown",
  "missing-amount": "unknown",
  "lower-amount": "unknown",
  "higher-amount": "unknown",
  "other-register": "unknown",
  "other-action": "unknown",
  "other-currency": "unknown",
  "unknown-status": "unknown",
  "without-status": "unknown",
  "repeated-status": "unknown",
};

const ON_A_LINE: Readonly<Record<string, Word>> = {
  ...WORDS,
  "no-ack": "rejected",
  "nak-always": "rejected",
  "bad-lrc-always": "unknown",
  "silent-after-enq": "unknown",
};

describe.each([
  ["ip", WORDS],
  ["serial", ON_A_LINE],
] as const)("over %s, core's word against the terminal's ledger", (carrier, words) => {
  it.each(CATALOGUE.map(({ name }) => name))("%s", async (name) => {
    const { pay, simulator, terminal } = shop(carrier, [name]);
    const word = await pay(1_250);
    expect(word).toBe(words[name] ?? "approved");
    const charged = simulator.ledger.map(({ amount }) => amount);
    if (word === "approved") expect(charged).toEqual([1_250]);
    else if (word !== "unknown" && word !== "acknowledged") expect(charged).toEqual([]);
    for (const { key } of await terminal.pending())
      await terminal.settle(key, { outcome: "failed", by: "a test" });
    expect(await pay(700)).toBe("approved");
    expect(simulator.ledger.at(-1)).toMatchObject({ amount: 700, reference: "sale 700" });
    await terminal.close();
  });
});
