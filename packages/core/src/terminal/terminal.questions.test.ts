/** Questions that move no money, on a line where no answer names its request. */
import { describe, expect, test } from "vitest";
import { findProfile } from "../payment/profiles.ts";
import { bench, EUR } from "../testing/bench.ts";
import { farEnd } from "../testing/far-end.ts";
import { line, type Line } from "../testing/line.ts";

const APPROVAL = "CZ0040300CA00201CB0041250CD0010CE003978AE00210";
const PAYXPRESS = findProfile("payxpress");
const DENIAL = "CZ0040300AE00201AF00209";

/** A sale of 12.50 whose answer never came. */
async function openSale(made: Line, reference?: string): Promise<void> {
  const named = reference === undefined ? {} : { reference };
  const paying = made.terminal.pay({ amount: EUR(1250), key: "open", ...named });
  await made.clock.advance(181_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "silence" });
}

const isOpen = async ({ terminal }: Line): Promise<boolean> => (await terminal.pending()).length === 1;

describe("an answer that comes late says nothing about an open payment", () => {
  test.each(["identify", "print", "duplicate", "ctmsStatus"] as const)(
    "where it may be to %s, asked since: it echoes nothing",
    async (question) => {
      const made = line();
      await openSale(made);
      const text = question === "print" ? "text" : undefined;
      const asked = made.terminal[question](text as never).catch((error: unknown) => error);
      await made.clock.advance(40_000);
      expect(await asked).toMatchObject({ code: "NO_ANSWER" });
      made.answer(DENIAL);
      await made.clock.advance(1_000);
      expect(await isOpen(made)).toBe(true);
    },
  );

  test("where it may be to a status asked since, which tells of a payment: unless it names this one", async () => {
    const made = line({ profile: "payxpress" });
    await openSale(made, "sale-1");
    const asked = made.terminal.transactionStatus().catch((error: unknown) => error);
    await made.clock.advance(40_000);
    expect(await asked).toMatchObject({ code: "NO_ANSWER" });
    made.answer(APPROVAL);
    await made.clock.advance(1_000);
    expect(await isOpen(made)).toBe(true);
    made.answer(`${APPROVAL}CF006sale-1`);
    await made.clock.advance(1_000);
    expect(await isOpen(made)).toBe(false);
  });

  test("where it may be to a duplicate asked since, even if it names the payment: its AE is about the ticket", async () => {
    const made = line();
    await openSale(made, "sale-1");
    const asked = made.terminal.duplicate().catch((error: unknown) => error);
    await made.clock.advance(40_000);
    expect(await asked).toMatchObject({ code: "NO_ANSWER" });
    made.answer(`${APPROVAL}CF006sale-1`);
    await made.clock.advance(1_000);
    expect(await isOpen(made)).toBe(true);
  });
});

test("a status and a duplicate are answered by what echoes the last transaction, which settles nothing", async () => {
  for (const question of ["transactionStatus", "duplicate"] as const) {
    const made = line({ profile: "payxpress" });
    await openSale(made);
    const asking = made.terminal[question]();
    await made.clock.advance(1_000);
    made.answer(APPROVAL);
    await made.clock.advance(1_000);
    expect(await asking).toMatchObject({ done: true, status: "10" });
    expect(await isOpen(made)).toBe(true);
  }
});

test("recovery takes neither for proof of the payment it asks about, unless it is named", async () => {
  const made = line({ profile: "payxpress" });
  await openSale(made, "sale-2");
  const recovering = made.terminal.recover("open");
  // A terminal that answers every question with its last transaction, another one of the same amount.
  for (let seconds = 0; seconds < 30; seconds += 1) {
    const before = made.requests.length;
    await made.clock.advance(1_000);
    if (made.requests.length > before) made.answer(`${APPROVAL}CF006sale-1CH006sale-2`);
  }
  expect(await recovering).toMatchObject({ outcome: "unknown" });
  expect(made.requests.map((request) => /CD001(.)/.exec(request)?.[1])).toEqual(["0", "T", "3"]);
});

test("a late answer settles the open payment while an identification waits, which goes on waiting", async () => {
  const made = line();
  await openSale(made);
  const asking = made.terminal.identify();
  await made.clock.advance(1_000);
  made.answer(APPROVAL);
  await made.clock.advance(1_000);
  expect(await isOpen(made)).toBe(false);
  made.answer("CZ0040301CA00201CD001IAE00210");
  await made.clock.advance(1_000);
  expect(await asking).toMatchObject({ done: true });
});

test("once a question is answered for certain, it stands in no payment's way", async () => {
  const made = line();
  await openSale(made);
  for (const answer of ["CZ0040301CA00201CD0013AE00201AF00210", "CZ0040301CA00201AE00210"]) {
    const asking = made.terminal.duplicate();
    await made.clock.advance(1_000);
    made.answer(answer);
    await made.clock.advance(1_000);
    await asking;
  }
  made.answer(APPROVAL);
  await made.clock.advance(1_000);
  expect(await isOpen(made)).toBe(false);
});

test("a new payment is not ended by what may be the overdue answer to an earlier question", async () => {
  const made = line();
  const asked = made.terminal.duplicate().catch((error: unknown) => error);
  await made.clock.advance(40_000);
  expect(await asked).toMatchObject({ code: "NO_ANSWER" });
  const paying = made.terminal.pay({ amount: EUR(1250), key: "a" });
  await made.clock.advance(1_000);
  made.answer("CZ0040300AE00201AF00206");
  await made.clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

describe("an answer whose echo differs, and that fits no other payment", () => {
  test.each([
    ["a lower amount", APPROVAL.replace("CB0041250", "CB0041200"), "unknown"],
    ["another register", APPROVAL.replace("CA00201", "CA00202"), "unknown"],
    ["another action", APPROVAL.replace("CD0010", "CD0011"), "unknown"],
    ["another currency", APPROVAL.replace("CE003978", "CE003840"), "unknown"],
    ["another amount in a refusal", "CZ0040300CA00201CB003900CD0010CE003978AE00201AF00204", "unknown"],
    ["an amount of zero in a refusal", "CZ0040300CA00201CB00200CD0010CE003978AE00201AF00206", "abandoned"],
    ["zeros for a currency in a refusal", "CZ0040300CA00201CD0010CE003000AE00201AF00204", "declined"],
  ])("ends the payment at once, with what was answered: %s", async (_, answer, outcome) => {
    const made = line();
    const paying = made.terminal.pay({ amount: EUR(1250), key: "a" });
    await made.clock.advance(5_000);
    made.answer(answer);
    await made.clock.advance(1_000);
    const result = await paying;
    expect(result.outcome).toBe(outcome);
    if (result.outcome === "unknown") expect(result.doubt).toBe("contradiction");
    expect(result.evidence.answer).toContain(`AE=${/AE002(..)/.exec(answer)?.[1]}`);
  });

  test("is another payment's where it fits one that was made before", async () => {
    const made = line();
    const first = made.terminal.pay({ amount: EUR(900), key: "first" });
    await made.clock.advance(1_000);
    made.answer(APPROVAL.replace("CB0041250", "CB003900"));
    await made.clock.advance(5_000);
    expect(await first).toMatchObject({ outcome: "approved" });
    const second = made.terminal.pay({ amount: EUR(1250), key: "second" });
    await made.clock.advance(5_000);
    made.answer(APPROVAL.replace("CB0041250", "CB003900"));
    await made.clock.advance(5_000);
    made.answer(APPROVAL);
    await made.clock.advance(5_000);
    expect(await second).toMatchObject({ outcome: "approved" });
  });
});

describe("while a payment runs", () => {
  test.each(["duplicate", "print", "transactionStatus", "reboot", "ctmsStatus"] as const)(
    "%s is refused, over IP too",
    async (call) => {
      const { clock, far, terminal } = bench(farEnd(), { profile: "payxpress" });
      const paying = terminal.pay({ amount: EUR(1250), key: "a" });
      await clock.advance(1_000);
      const text = call === "print" ? "text" : undefined;
      const refused = await terminal[call](text as never).catch((error: unknown) => error);
      expect(refused).toMatchObject({ code: "WRONG_STATE", reason: "running", pendingKey: "a" });
      expect(far.connections).toHaveLength(1);
      far.connections[0]?.hangUp();
      await clock.advance(1_000);
      await paying;
    },
  );

  test("an identification is made", async () => {
    const { clock, far, terminal } = bench(farEnd());
    const paying = terminal.pay({ amount: EUR(1250), key: "a" });
    await clock.advance(1_000);
    const asking = terminal.identify();
    await clock.advance(100);
    far.connections[1]?.say("CZ0040301");
    await clock.advance(1_000);
    expect(await asking).toMatchObject({ done: true, status: undefined });
    far.connections[0]?.hangUp();
    await clock.advance(1_000);
    await paying;
  });
});

test("over IP a second message on a connection settles nothing: it is to what the connection was opened for", async () => {
  const { clock, far, terminal } = bench(farEnd());
  const paying = terminal.pay({ amount: EUR(1250), key: "a" });
  await clock.advance(1_000);
  far.connections[0]?.hangUp();
  await clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "closed" });
  const asking = terminal.duplicate();
  await clock.advance(100);
  far.connections[1]?.say("CZ0040300CA00201CD0013AE00210");
  await clock.advance(250);
  far.connections[1]?.say(APPROVAL);
  await clock.advance(1_000);
  await asking;
  expect(await terminal.pending()).toMatchObject([{ key: "a" }]);
});

/** 12.50, sold and paid. */
async function sold(made: Line): Promise<void> {
  const selling = made.terminal.pay({ amount: EUR(1250), key: "sold" });
  await made.clock.advance(1_000);
  made.answer(APPROVAL);
  await made.clock.advance(20_000);
  expect(await selling).toMatchObject({ outcome: "approved" });
}

test("recovery asks for no status while the answer to a duplicate is owed: it would pass for that", async () => {
  const made = line({ profile: "payxpress" });
  await openSale(made, "sale-1");
  const first = made.terminal.recover("open");
  await made.clock.advance(90_000);
  expect(await first).toMatchObject({ outcome: "unknown" });
  const again = made.terminal.recover("open");
  await made.clock.advance(6_000);
  made.answer(`${APPROVAL}CF006sale-1`);
  await made.clock.advance(90_000);
  expect(await again).toMatchObject({ outcome: "unknown" });
  expect(made.requests.map((request) => /CD001(.)/.exec(request)?.[1])).toEqual(["0", "T", "3", "3"]);
});

test("an answer that names no action ends a question only where no other is owed", async () => {
  const made = line();
  await sold(made);
  const printing = made.terminal.print("text").catch((error: unknown) => error);
  await made.clock.advance(40_000);
  expect(await printing).toMatchObject({ code: "NO_ANSWER" });
  const asking = made.terminal.duplicate();
  await made.clock.advance(1_000);
  made.answer("CZ0040300CA00201AE00210");
  await made.clock.advance(1_000);
  await asking;
  const paying = made.terminal.pay({ amount: EUR(1250), key: "a" });
  await made.clock.advance(1_000);
  made.answer(APPROVAL);
  await made.clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test.each([
  [1_000, "unknown"],
  [179_000, "unknown"],
  [181_000, "approved"],
])(
  "a question is owed for three minutes from the end of the wait: %i ms after it",
  async (pause, outcome) => {
    const made = line();
    await sold(made);
    const asking = made.terminal.duplicate({ answerWithinMs: 185_000 }).catch((error: unknown) => error);
    await made.clock.advance(186_500);
    expect(await asking).toMatchObject({ code: "NO_ANSWER" });
    await made.clock.advance(pause - 2_000);
    const paying = made.terminal.pay({ amount: EUR(1250), key: "a" });
    await made.clock.advance(1_000);
    made.answer(APPROVAL);
    await made.clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome });
  },
);

test("of the overdue answer to a status only an approval counts, whomever it names", async () => {
  const made = line({ profile: { ...PAYXPRESS, recovery: ["status"] } });
  await openSale(made, "sale-1");
  const recovering = made.terminal.recover("open");
  await made.clock.advance(50_000);
  await recovering;
  expect(made.requests).toHaveLength(2);
  made.answer("CZ0040300CA00201CF006sale-1AE00201AF00210");
  await made.clock.advance(5_000);
  expect(await isOpen(made)).toBe(true);
  made.answer(`${APPROVAL}CF006sale-1`);
  await made.clock.advance(5_000);
  expect(await isOpen(made)).toBe(false);
});

describe("an answer that says to which question it is", () => {
  const IDENTITY = "CZ0040300CA00201CD001IAE00210";
  const RED_KEY = "CZ0040300CA00201AE00201AF00208";

  async function overdue(): Promise<Line> {
    const made = line();
    const asked = made.terminal.identify().catch((error: unknown) => error);
    await made.clock.advance(31_000);
    expect(await asked).toMatchObject({ code: "NO_ANSWER" });
    return made;
  }

  test("ends the doubt, however late", async () => {
    const made = await overdue();
    made.answer(IDENTITY);
    await made.clock.advance(5_000);
    const paying = made.terminal.pay({ amount: EUR(1250), key: "a" });
    await made.clock.advance(1_000);
    made.answer(RED_KEY);
    await made.clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome: "abandoned" });
  });

  test("is not the answer to a payment that runs, which waits on", async () => {
    const made = await overdue();
    const paying = made.terminal.pay({ amount: EUR(1250), key: "a" });
    await made.clock.advance(1_000);
    made.answer(IDENTITY);
    await made.clock.advance(5_000);
    made.answer(APPROVAL);
    await made.clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome: "approved" });
  });
});
