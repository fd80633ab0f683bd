/** Two sales of the same amount on one serial line, the first one settled by hand: whose answer comes? */
import { expect, test } from "vitest";
import { SerialLink } from "../link/serial-link.ts";
import type { LinkInput } from "../link/link.ts";
import { money } from "../payment/money.ts";
import { openTerminal } from "./terminal.ts";
import { farEnd, latin1, textOf, type FarConnection } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Terminal, TerminalOptions } from "../terminal-types.ts";

const ECHO = "CZ0040300CA00201CB0041250CD0010CE003978";

interface Line {
  readonly clock: VirtualClock;
  readonly terminal: Terminal;
  readonly requests: string[];
  answer(text: string): void;
}

function line(more: Partial<TerminalOptions> = {}): Line {
  const clock = new VirtualClock();
  const requests: string[] = [];
  let push: (input: LinkInput) => void = () => undefined;
  const accept = (connection: FarConnection): void => {
    const link = new SerialLink({ role: "terminal" });
    let cancel: () => void = () => undefined;
    push = (input) => {
      for (const output of link.step(input, clock.now())) {
        if (output.type === "write") {
          connection.say(textOf(output.bytes));
          push({ type: "written" });
        }
        if (output.type === "message") requests.push(textOf(output.data));
      }
      cancel();
      const { deadline } = link;
      if (deadline !== undefined) cancel = clock.setTimer(deadline, () => push({ type: "tick" }));
    };
    connection.onWrite = (text) => push({ type: "bytes", bytes: latin1(text) });
  };
  const terminal = openTerminal({
    connector: farEnd(accept, { carrier: "serial" }),
    register: { number: "01", identifier: "012345678901" },
    clock,
    ...more,
  });
  return { clock, terminal, requests, answer: (text) => push({ type: "send", data: latin1(text) }) };
}

/** A first sale whose answer never came within its time, or was given up by a person after `ms`. */
async function settledByHand({ clock, terminal }: Line, reference?: string): Promise<void> {
  const named = reference === undefined ? {} : { reference };
  const first = terminal.pay(
    { amount: money(1250, "EUR"), key: "first", ...named },
    { answerWithinMs: 60_000 },
  );
  await clock.advance(61_000);
  expect(await first).toMatchObject({ outcome: "unknown", doubt: "silence" });
  await terminal.settle("first", { outcome: "failed", by: "Anne" });
}

for (const [title, answer] of [
  ["an approval", `${ECHO}AE00210`],
  ["a refusal", `${ECHO}AE00201AF00204`],
] as const)
  test(`${title} that may be the first sale's leaves the second one unknown`, async () => {
    const made = line();
    await settledByHand(made);
    const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
    await made.clock.advance(1_000);
    expect(made.requests).toHaveLength(2);
    made.answer(answer);
    await made.clock.advance(1_000);
    expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
    expect(await made.terminal.pending()).toMatchObject([{ key: "second" }]);
  });

test("a register that gives up sooner than customers do reckons with their time all the same", async () => {
  const made = line({ answerWithinMs: 60_000 });
  await settledByHand(made);
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00210`);
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("an answer that echoes the second sale's reference is its own", async () => {
  const made = line();
  await settledByHand(made, "sale-1");
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second", reference: "sale-2" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00210CF006sale-2`);
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "approved" });
});

test("another amount, or the first sale's time being over, leaves no doubt", async () => {
  for (const [amount, pause] of [
    [1300, 0],
    [1250, 120_000],
  ] as const) {
    const made = line();
    await settledByHand(made);
    await made.clock.advance(pause);
    const second = made.terminal.pay({ amount: money(amount, "EUR"), key: "second" });
    await made.clock.advance(1_000);
    made.answer(`${ECHO.replace("1250", String(amount))}AE00210`);
    await made.clock.advance(1_000);
    expect(await second).toMatchObject({ outcome: "approved" });
  }
});

test("an answer that echoes the reference of an earlier sale is none to this one, whoever settled that", async () => {
  const made = line();
  const first = made.terminal.pay({ amount: money(1250, "EUR"), key: "first", reference: "sale-1" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00210CF006sale-1`);
  await made.clock.advance(1_000);
  expect(await first).toMatchObject({ outcome: "approved" });
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second", reference: "sale-2" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00210AC006A00395CF006sale-1`);
  await made.clock.advance(5_000);
  made.answer(`${ECHO}AE00201AF00204CF006sale-2`);
  await made.clock.advance(5_000);
  expect(await second).toMatchObject({ outcome: "declined" });
});

test("an answer without an amount, as after the red key, may be to an earlier sale of any amount", async () => {
  const made = line();
  await settledByHand(made);
  const second = made.terminal.pay({ amount: money(1300, "EUR"), key: "second" });
  await made.clock.advance(1_000);
  made.answer("CZ0040300CA00201CD0010CE003978AE00201AF00206");
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});
