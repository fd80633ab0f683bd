/** Two sales of the same amount on one serial line, the first one settled by hand: whose answer comes? */
import { describe, expect, test } from "vitest";
import { encodeV2Response } from "../codec/v2/response.ts";
import { money } from "../payment/money.ts";
import { GENERIC } from "../payment/profiles.ts";
import { memoryJournal, type Journal } from "../ports/journal.ts";
import { farEnd, textOf } from "../testing/far-end.ts";
import { line, type Line } from "../testing/line.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { TerminalOptions } from "../terminal-types.ts";

const ECHO = "CZ0040300CA00201CB0041250CD0010CE003978";

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

test("a first sale that ran into the silence of its whole time is reckoned with from its settlement on", async () => {
  const made = line();
  const first = made.terminal.pay({ amount: money(1250, "EUR"), key: "first" });
  await made.clock.advance(181_000);
  expect(await first).toMatchObject({ outcome: "unknown", doubt: "silence" });
  await made.terminal.settle("first", { outcome: "failed", by: "Anne" });
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00210`);
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("a reference that both sales bear tells them apart no better than none", async () => {
  const made = line();
  await settledByHand(made, "order-7");
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second", reference: "order-7" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00201AF00204CF007order-7`);
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("whoever sets the clock forward between two sales does not make the first one's answer the second's", async () => {
  const made = line();
  await settledByHand(made);
  made.clock.setWallTime(made.clock.wallTime() + 3_600_000);
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
  await made.clock.advance(1_000);
  made.answer(`${ECHO}AE00210`);
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("a sale that another page settled is reckoned with for this page's first minutes, whatever the wall clock says", async () => {
  for (const [forwardMs, pause, outcome] of [
    [3_600_000, 0, "unknown"],
    [3_600_000, 180_000, "approved"],
    [25 * 3_600_000, 0, "approved"],
  ] as const) {
    const journal = memoryJournal();
    const before = line({ journal });
    await settledByHand(before);
    const made = line({ journal }, new VirtualClock(before.clock.wallTime() + forwardMs));
    await made.clock.advance(pause);
    const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
    await made.clock.advance(1_000);
    made.answer(`${ECHO}AE00210`);
    await made.clock.advance(1_000);
    expect(await second).toMatchObject({ outcome });
  }
});

test("a sale that another page settled in a time to come is reckoned with for this page's first minutes only", async () => {
  const settledAt = new Date(Date.UTC(2030, 0, 1)).toISOString();
  const journal = memoryJournal([
    {
      kind: "payment",
      key: "first",
      action: "debit",
      amount: 1250,
      currency: "EUR",
      register: "01",
      terminal: farEnd().id,
      exchange: "x",
      dialect: "v3",
      state: "settled",
      outcome: "failed",
      settledBy: { by: "person", who: "Anne" },
      times: { sending: settledAt, settled: settledAt },
    },
  ]);
  for (const [pause, outcome] of [
    [0, "unknown"],
    [200_000, "approved"],
  ] as const) {
    const made = line({ journal });
    await made.clock.advance(pause);
    const paying = made.terminal.pay({ amount: money(1250, "EUR"), key: `after ${pause}` });
    await made.clock.advance(1_000);
    made.answer(`${ECHO}AE00210`);
    await made.clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome });
    if (outcome === "unknown") await made.terminal.settle("after 0", { outcome: "approved", by: "Anne" });
  }
});

test("another amount, or the first sale's time being over, leaves no doubt", async () => {
  for (const [amount, pause] of [
    [1300, 0],
    [1250, 180_000],
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

test("two references that differ in blanks at their end tell no V2 answers apart", async () => {
  const made = line({ dialect: "v2-e+" });
  await settledByHand(made, "T7 ");
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second", reference: "T7" });
  await made.clock.advance(1_000);
  const said = { register: "01", stat: "0", amount: 1250, mode: "1", currency: "978" } as const;
  made.answer(textOf(encodeV2Response({ ...said, private: "T7".padEnd(10) })));
  await made.clock.advance(1_000);
  expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("what is taken for another sale's answer is kept with the payment that waits", async () => {
  const made = line();
  const first = made.terminal.pay({ amount: money(990, "EUR"), key: "first" });
  await made.clock.advance(1_000);
  made.answer("CZ0040300CA00201CB003990CD0010CE003978AE00210");
  await made.clock.advance(1_000);
  expect(await first).toMatchObject({ outcome: "approved" });
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
  await made.clock.advance(1_000);
  made.answer("CZ0040300CA00201CB003990CD0010CE003978AE00210AC006A00395");
  await made.clock.advance(200_000);
  const outcome = await second;
  expect(outcome).toMatchObject({ outcome: "unknown", doubt: "silence" });
  expect(outcome.evidence.unread).toContain("A00395");
});

test("a part of the amount, where a part may be charged, may be the first sale's whole", async () => {
  const made = line({ profile: { ...GENERIC, neverSend: [] } });
  const first = made.terminal.pay({ amount: money(900, "EUR"), key: "first" }, { answerWithinMs: 60_000 });
  await made.clock.advance(62_000);
  expect(await first).toMatchObject({ outcome: "unknown" });
  await made.terminal.settle("first", { outcome: "failed", by: "Anne" });
  for (const [key, pause, outcome] of [
    ["second", 0, "unknown"],
    ["third", 181_000, "approved"],
  ] as const) {
    await made.clock.advance(pause);
    const paying = made.terminal.pay({ amount: money(1250, "EUR"), key, acceptPartial: true });
    await made.clock.advance(1_000);
    made.answer(`${ECHO.replace("CB0041250", "CB003900")}AE00210`);
    await made.clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome });
    if (outcome === "unknown") await made.terminal.settle(key, { outcome: "failed", by: "Anne" });
  }
});

describe("a late answer without an amount, which may be the first sale's", () => {
  const RED_KEY = "CZ0040300CA00201AE00201AF00208";

  const giveUp = async ({ clock, terminal }: Line): Promise<void> => {
    const paying = terminal.pay({ amount: money(900, "EUR"), key: "second" }, { answerWithinMs: 60_000 });
    await clock.advance(62_000);
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "silence" });
  };

  test("settles no second one", async () => {
    const made = line();
    await settledByHand(made);
    await giveUp(made);
    made.answer(RED_KEY);
    await made.clock.advance(5_000);
    expect(await made.terminal.pending()).toMatchObject([{ key: "second" }]);
    made.answer(`${ECHO.replace("CB0041250", "CB003900")}AE00210`);
    await made.clock.advance(5_000);
    expect(await made.terminal.recorded("second")).toMatchObject({ outcome: "approved" });
  });

  test("nor on the page after", async () => {
    const clock = new VirtualClock();
    const journal = memoryJournal();
    const before = line({ journal }, clock);
    await settledByHand(before);
    await Promise.all([before.terminal.close(), clock.advance(1_000)]);
    const made = line({ journal }, clock);
    await giveUp(made);
    made.answer(RED_KEY);
    await clock.advance(5_000);
    expect(await made.terminal.pending()).toMatchObject([{ key: "second" }]);
  });

  test("but does when the first one's time is over", async () => {
    const made = line();
    await settledByHand(made);
    await made.clock.advance(180_000);
    await giveUp(made);
    made.answer(RED_KEY);
    await made.clock.advance(5_000);
    expect(await made.terminal.recorded("second")).toMatchObject({ outcome: "abandoned" });
  });
});

test.each([
  [0, "unknown"],
  [181_000, "approved"],
])("a sale that the journal has lost may be answered for three minutes: %i ms", async (pause, outcome) => {
  const clock = new VirtualClock();
  let inner = memoryJournal();
  const journal: Journal = { entries: () => inner.entries(), record: (entry) => inner.record(entry) };
  const made = line({ journal }, clock);
  const first = made.terminal.pay({ amount: money(1250, "EUR"), key: "first" }, { answerWithinMs: 60_000 });
  await clock.advance(62_000);
  expect(await first).toMatchObject({ outcome: "unknown" });
  const times = { unknown: new Date(clock.wallTime()).toISOString() };
  inner = memoryJournal([{ kind: "history-lost", key: "lost", reason: "wiped", state: "unknown", times }]);
  await made.terminal.settle("lost", { outcome: "failed", by: "Anne" });
  await clock.advance(pause);
  const second = made.terminal.pay({ amount: money(1250, "EUR"), key: "second" });
  await clock.advance(1_000);
  made.answer(`${ECHO}AE00210`);
  await clock.advance(1_000);
  expect(await second).toMatchObject({ outcome });
});

test("an approval that names a sale told as not paid is kept as a contradiction, and told", async () => {
  const heard: string[] = [];
  const onLateAnswer: TerminalOptions["onLateAnswer"] = ({ key }, { outcome }) =>
    void heard.push(`${key} ${outcome}`);
  const made = line({ onLateAnswer });
  const paying = made.terminal.pay({ amount: money(1250, "EUR"), key: "sale", reference: "sale-1" });
  await made.clock.advance(181_000);
  expect(await paying).toMatchObject({ outcome: "unknown" });
  for (const said of ["AE00201AF00208", "AE00210CF006sale-1"]) {
    made.answer(`${said.includes("CF") ? ECHO : "CZ0040300CA00201"}${said}`);
    await made.clock.advance(5_000);
  }
  expect(await made.terminal.recorded("sale")).toMatchObject({
    outcome: "abandoned",
    contradiction: "approved",
  });
  expect(heard).toEqual(["sale abandoned", "sale approved"]);
});

test("what a person's word was denied by is still told on the page after", async () => {
  const clock = new VirtualClock();
  const journal = memoryJournal();
  const made = line({ journal }, clock);
  await settledByHand(made);
  made.answer(`${ECHO}AE00210`);
  await clock.advance(5_000);
  await Promise.all([made.terminal.close(), clock.advance(1_000)]);
  expect(await line({ journal }, clock).terminal.recorded("first")).toMatchObject({
    outcome: "failed",
    contradiction: "approved",
  });
});

describe("a reference that several payments bear", () => {
  const PARTS = [
    ["declined", "AE00201AF00204", "AE00210"],
    ["approved", "AE00210", "AE00201AF00208"],
  ] as const;

  test.each(PARTS)(
    "one %s, another open: its late answer says nothing of the first",
    async (told, first, late) => {
      const heard: string[] = [];
      const made = line({ onLateAnswer: ({ key }, { outcome }) => void heard.push(`${key} ${outcome}`) });
      const one = made.terminal.pay({ amount: money(1250, "EUR"), key: "one", reference: "order-7" });
      await made.clock.advance(1_000);
      made.answer(`${ECHO}CF007order-7${first}`);
      await made.clock.advance(5_000);
      expect(await one).toMatchObject({ outcome: told });
      const two = made.terminal.pay(
        { amount: money(1250, "EUR"), key: "two", reference: "order-7" },
        { answerWithinMs: 60_000 },
      );
      await made.clock.advance(62_000);
      expect(await two).toMatchObject({ outcome: "unknown" });
      made.answer(`CZ0040300CA00201CF007order-7${late}`);
      await made.clock.advance(5_000);
      expect(heard).toEqual([]);
      expect(await made.terminal.recorded("one")).not.toHaveProperty("contradiction");
    },
  );

  test("a reversal of V2 that is refused says nothing of its debit", async () => {
    const said = (stat: string): string =>
      textOf(
        encodeV2Response({
          register: "01",
          stat,
          amount: 1250,
          mode: "1",
          currency: "978",
          private: "sale-1    ",
        }),
      );
    const made = line({ dialect: "v2-e+" });
    const request = { amount: money(1250, "EUR"), reference: "sale-1" };
    const debit = made.terminal.pay({ ...request, key: "debit" });
    await made.clock.advance(1_000);
    made.answer(said("0"));
    await made.clock.advance(5_000);
    expect(await debit).toMatchObject({ outcome: "approved" });
    const reversal = made.terminal.reverse({ ...request, key: "reversal" }, { answerWithinMs: 60_000 });
    await made.clock.advance(62_000);
    expect(await reversal).toMatchObject({ outcome: "unknown" });
    made.answer(said("7"));
    await made.clock.advance(5_000);
    expect(await made.terminal.recorded("debit")).not.toHaveProperty("contradiction");
  });

  test("says not which one was given up, the first settled by hand", async () => {
    const made = line();
    await settledByHand(made, "order-7");
    const second = made.terminal.pay({ amount: money(900, "EUR"), key: "second", reference: "order-7" });
    await made.clock.advance(1_000);
    made.answer("CZ0040300CA00201CF007order-7AE00201AF00208");
    await made.clock.advance(1_000);
    expect(await second).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
  });
});

test("references of figures and dots tell sales apart", async () => {
  const made = line();
  await settledByHand(made, "2026.1127.0041.0003");
  let outcome: unknown;
  const reference = "2026.1127.0042.0003";
  void made.terminal
    .pay({ amount: money(900, "EUR"), key: "second", reference })
    .then((known) => (outcome = known));
  await made.clock.advance(1_000);
  made.answer("CZ0040300CA00201CF0192026.1127.0041.0003AE00201AF00208");
  await made.clock.advance(1_000);
  expect(outcome).toBeUndefined();
});
