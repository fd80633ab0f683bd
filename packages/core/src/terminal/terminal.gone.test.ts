/** Questions asked on a line by a page that is gone: their answers may still come, and name no request. */
import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import { memoryJournal, type Journal } from "../ports/journal.ts";
import { bench, EUR, REGISTER, serialTerminal, slowJournal, type SerialFarEnd } from "../testing/bench.ts";
import { farEnd } from "../testing/far-end.ts";
import { line, type Line } from "../testing/line.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { openTerminal } from "./terminal.ts";

const APPROVAL = "CZ0040300CA00201CB0041250CD0010CE003978AE00210";
const DENIAL = "CZ0040300AE00201AF00209";

type Question = "identify" | "print" | "duplicate" | "ctmsStatus" | "transactionStatus" | "reboot";

/** A page that asks, and is gone before it is answered. */
async function askedAndGone(journal: Journal, question: Question): Promise<VirtualClock> {
  const made = line({ journal, profile: "payxpress" });
  const text = question === "print" ? "text" : undefined;
  const asked = made.terminal[question](text as never).catch((error: unknown) => error);
  await made.clock.advance(1_000);
  expect(made.requests).toHaveLength(1);
  await made.terminal.close();
  expect(await asked).toBeInstanceOf(ConcertError);
  return made.clock;
}

async function answerTo(made: Line, key: string, answer: string): Promise<unknown> {
  const paying = made.terminal.pay({ amount: EUR(1250), key });
  await made.clock.advance(1_000);
  made.answer(answer);
  await made.clock.advance(1_000);
  return paying;
}

/** A sale of 12.50 on this journal whose answer never came. */
async function openSale(journal: Journal, clock: VirtualClock): Promise<void> {
  const made = line({ journal }, clock);
  const paying = made.terminal.pay({ amount: EUR(1250), key: "open", reference: "sale-1" });
  await clock.advance(181_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "silence" });
  await made.terminal.close();
}

describe("its overdue answer does not end the next page's payment", () => {
  test.each(["identify", "print", "ctmsStatus", "reboot", "transactionStatus", "duplicate"] as const)(
    "%s, answered by what echoes nothing",
    async (question) => {
      const journal = memoryJournal();
      const clock = await askedAndGone(journal, question);
      expect(await answerTo(line({ journal }, clock), "a", DENIAL)).toMatchObject({
        outcome: "unknown",
        doubt: "contradiction",
      });
    },
  );

  test.each([
    ["transactionStatus", APPROVAL, "unknown"],
    ["duplicate", APPROVAL, "unknown"],
    ["duplicate", APPROVAL.replace("AE00210", "AE00201AF00204"), "unknown"],
    ["identify", APPROVAL, "approved"],
  ] as const)("%s, answered by an earlier sale of the same amount: %s", async (question, answer, outcome) => {
    const journal = memoryJournal();
    const clock = new VirtualClock();
    const sold = line({ journal }, clock);
    expect(await answerTo(sold, "earlier", APPROVAL)).toMatchObject({ outcome: "approved" });
    await sold.terminal.close();
    const later = await askedAndGone(journal, question);
    expect(await answerTo(line({ journal }, later), "a", answer)).toMatchObject({ outcome });
  });
});

describe("its overdue answer settles no open payment", () => {
  test.each([
    ["duplicate", APPROVAL, false],
    ["duplicate", `${APPROVAL}CF006sale-1`, false],
    ["transactionStatus", APPROVAL, false],
    ["transactionStatus", `${APPROVAL}CF006sale-1`, true],
    ["identify", APPROVAL, true],
  ] as const)("%s, %s", async (question, answer, settles) => {
    const journal = memoryJournal();
    const clock = new VirtualClock();
    await openSale(journal, clock);
    await askedAndGone(journal, question);
    const made = line({ journal, profile: "generic" }, clock);
    const recovering = made.terminal.recover("open");
    await clock.advance(1_000);
    made.answer(answer);
    await clock.advance(60_000);
    await recovering;
    expect(await made.terminal.pending()).toHaveLength(settles ? 0 : 1);
  });
});

test("three minutes after the next page was opened nobody waits for it any more", async () => {
  for (const [pause, outcome] of [
    [179_000, "unknown"],
    [185_000, "failed"],
  ] as const) {
    const journal = memoryJournal();
    await askedAndGone(journal, "duplicate");
    const made = line({ journal });
    await made.clock.advance(pause);
    expect(await answerTo(made, "a", DENIAL)).toMatchObject({ outcome });
  }
});

test("one that was answered for certain, or not asked, stands in nobody's way", async () => {
  const journal = memoryJournal();
  const made = line({ journal });
  const asking = made.terminal.duplicate();
  await made.clock.advance(1_000);
  expect(await journal.entries()).toMatchObject([
    { kind: "question", action: "duplicate", state: "sending" },
  ]);
  made.answer("CZ0040301CA00201CD0013AE00201AF00210");
  await made.clock.advance(1_000);
  await asking;
  expect(await journal.entries()).toEqual([]);
  const deaf = bench(
    farEnd(() => undefined, { carrier: "serial" }),
    { journal },
  );
  const unheard = deaf.terminal.identify().catch((error: unknown) => error);
  await deaf.clock.advance(60_000);
  expect(await unheard).toBeInstanceOf(ConcertError);
  expect(await journal.entries()).toEqual([]);
});

test("another terminal's question is none of this one's", async () => {
  const journal = memoryJournal();
  const clock = await askedAndGone(journal, "duplicate");
  const [asked] = await journal.entries();
  const elsewhere = memoryJournal([{ ...asked, terminal: "serial:another" } as never]);
  expect(await answerTo(line({ journal: elsewhere }, clock), "a", DENIAL)).toMatchObject({
    outcome: "failed",
  });
});

test("it is written down before the first byte leaves, and neither blocks nor is pending", async () => {
  const journal = slowJournal();
  const made = line({ journal });
  const keep = journal.hold("sending");
  const asking = made.terminal.identify();
  await made.clock.advance(5_000);
  expect(made.requests).toEqual([]);
  keep();
  await made.clock.advance(1_000);
  expect(made.requests).toHaveLength(1);
  expect(await made.terminal.pending()).toEqual([]);
  made.answer("CZ0040301CA00201CD001IAE00210");
  await made.clock.advance(1_000);
  expect(await asking).toMatchObject({ done: true });
  expect(journal.records).toMatchObject([
    { kind: "question", action: "identification", state: "sending" },
    { kind: "question", action: "identification", state: "settled" },
  ]);
});

test("where it cannot be written down it is not asked", async () => {
  const inner = memoryJournal();
  const journal: Journal = {
    entries: () => inner.entries(),
    record: () => Promise.reject(new Error("the disk is full")),
  };
  const made = line({ journal });
  const asked = made.terminal.identify().catch((error: unknown) => error);
  await made.clock.advance(5_000);
  expect(await asked).toMatchObject({ code: "JOURNAL_FAILED" });
  expect(made.requests).toEqual([]);
});

test("nor by a page that was frozen while it was written down", async () => {
  const journal = slowJournal();
  const made = line({ journal });
  const keep = journal.hold("sending");
  const asked = made.terminal.identify().catch((error: unknown) => error);
  await made.clock.advance(1_000);
  // The page's timers come late when it thaws: the journal's word is there first.
  made.clock.freeze(600_000);
  keep();
  await made.clock.advance(1_000);
  expect(await asked).toMatchObject({ code: "JOURNAL_FAILED" });
  expect(made.requests).toEqual([]);
});

test("over IP every answer has a connection of its own, and nothing is written down", async () => {
  const journal = slowJournal();
  const { clock, terminal } = bench(
    farEnd((connection) => {
      connection.onWrite = () => connection.say("CZ0040301CA00201CD001IAE00210");
    }),
    { journal },
  );
  const asking = terminal.identify();
  await clock.advance(10_000);
  expect(await asking).toMatchObject({ done: true });
  expect(journal.records).toEqual([]);
});

test("a question that another page asks while this one opens the line is reckoned with", async () => {
  const clock = new VirtualClock();
  const journal = memoryJournal();
  let end: SerialFarEnd | undefined;
  let free: Promise<void> = Promise.resolve();
  const connector = farEnd(
    async (connection) => {
      await free;
      end = serialTerminal(connection, clock, () => undefined);
    },
    { carrier: "serial" },
  );
  const made = { connector, register: REGISTER, clock, journal };
  const one = openTerminal(made);
  const sold = one.pay({ amount: EUR(1250), key: "sold" });
  await clock.advance(1_000);
  end?.deliver(APPROVAL);
  await clock.advance(20_000);
  expect(await sold).toMatchObject({ outcome: "approved" });
  let letGo = (): void => undefined;
  free = new Promise((resolve) => (letGo = resolve));
  const paying = openTerminal(made).pay({ amount: EUR(1250), key: "next" });
  await clock.advance(100);
  const asking = one.duplicate().catch(() => undefined);
  await clock.advance(1_000);
  await Promise.all([one.close(), clock.advance(10)]);
  await asking;
  letGo();
  await clock.advance(3_000);
  end?.deliver(APPROVAL);
  await clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("a wall clock set while the page is open makes no question owed for hours", async () => {
  const journal = memoryJournal();
  const clock = await askedAndGone(journal, "duplicate");
  const made = line({ journal }, clock);
  await made.terminal.pending();
  clock.setWallTime(clock.wallTime() + 3_000);
  await clock.advance(181_000);
  expect(await answerTo(made, "a", APPROVAL)).toMatchObject({ outcome: "approved" });
});

test("questions that nobody reckons with any more are not kept, whoever asked them", async () => {
  const journal = memoryJournal();
  const clock = await askedAndGone(journal, "print");
  const made = line({ journal }, clock);
  await clock.advance(25 * 3_600_000);
  for (let asked = 0; asked < 50; asked += 1) {
    const asking = made.terminal.identify();
    await clock.advance(1_000);
    // A refusal of CD=I that leaves CD out says not for certain that it is one.
    made.answer(DENIAL);
    await clock.advance(600_000);
    await asking;
  }
  expect(await journal.entries()).toEqual([]);
});

describe("a question left by a page that is gone puts no later page in doubt for long", () => {
  const RED_KEY = "CZ0040300CA00201AE00201AF00208";

  /** Pages one after the other, each of which identifies the terminal and stays for an hour. */
  test.each([
    ["with CD", "CZ0040300CA00201CD001IAE00210"],
    ["without CD", "CZ0040300CJ012330538600404AE00210"],
  ])("where the terminal answers %s", async (_, identity) => {
    const journal = memoryJournal();
    const clock = await askedAndGone(journal, "identify");
    let made = line({ journal }, clock);
    for (let page = 0; page < 10; page += 1) {
      const identifying = made.terminal.identify();
      await clock.advance(1_000);
      made.answer(identity);
      await clock.advance(1_000);
      expect(await identifying).toMatchObject({ done: true });
      await clock.advance(3_600_000);
      await Promise.all([made.terminal.close(), clock.advance(1_000)]);
      made = line({ journal }, clock);
    }
    expect(await journal.entries()).toEqual([]);
    expect(await answerTo(made, "a", RED_KEY)).toMatchObject({ outcome: "abandoned" });
  });

  test("where its own answer is heard", async () => {
    const journal = memoryJournal();
    const clock = await askedAndGone(journal, "identify");
    const made = line({ journal }, clock);
    const identifying = made.terminal.identify();
    await clock.advance(1_000);
    for (const identifier of ["330538600404", "330538600405"]) {
      made.answer(`CZ0040300CJ012${identifier}CA00201CD001IAE00210`);
      await clock.advance(1_000);
    }
    expect(await identifying).toMatchObject({ done: true });
    expect(await answerTo(made, "a", RED_KEY)).toMatchObject({ outcome: "abandoned" });
  });
});

test("a question that was not asked, the journal failing, is owed nowhere", async () => {
  const inner = memoryJournal();
  let fails = true;
  const journal: Journal = {
    entries: () => (fails ? Promise.reject(new Error("the disk is away")) : inner.entries()),
    record: (entry) => inner.record(entry),
  };
  const made = line({ journal });
  const asked = made.terminal.duplicate().catch((error: unknown) => error);
  await made.clock.advance(5_000);
  expect(await asked).toMatchObject({ code: "JOURNAL_FAILED" });
  expect(made.requests).toEqual([]);
  fails = false;
  expect(await journal.entries()).toEqual([]);
});

test("a question that is waited for is kept for as long", async () => {
  const journal = memoryJournal();
  const made = line({ journal });
  const asking = made.terminal.identify({ answerWithinMs: 400_000 });
  await made.clock.advance(390_000);
  expect(await journal.entries()).toMatchObject([{ kind: "question", state: "sending" }]);
  made.answer("CZ0040300CA00201CD001IAE00210");
  await made.clock.advance(1_000);
  expect(await asking).toMatchObject({ done: true });
  expect(await journal.entries()).toEqual([]);
});
