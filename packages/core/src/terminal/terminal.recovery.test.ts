/** What `recover` has just been told by the terminal reaches the till whole: tickets, reason and all. */
import { expect, test } from "vitest";
import { memoryJournal, type Journal, type JournalEntry } from "../ports/journal.ts";
import type { Outcome } from "../payment/outcome.ts";
import type { TerminalOptions } from "../terminal-types.ts";
import { APPROVAL, bench, EUR, REFUSAL, REGISTER, type Bench } from "../testing/bench.ts";
import { farEnd, type FarConnection } from "../testing/far-end.ts";
import { openTerminal } from "./terminal.ts";

const TICKET = "ZT025CK003100AK012TUVSQ0kgMjU=";
/** The ticket says "MERCI 25". */
const THANKS = [{ recipient: "customer", format: "text", text: "MERCI 25" }];

/** A payment "a" of 25.00 EUR whose connection was lost; `again` is what happens on every later connection. */
async function unanswered(
  again: (connection: FarConnection) => void,
  more: Partial<TerminalOptions> = {},
  resumable = true,
): Promise<Bench> {
  let paid = false;
  const far = farEnd(
    (connection) => {
      if (paid) again(connection);
      else connection.onWrite = () => connection.lose();
      paid = true;
      return connection.options.resume === true ? { requestBytes: 56 } : undefined;
    },
    { resumable },
  );
  const made = bench(far, more);
  const paying = made.terminal.pay({ amount: EUR(2500), key: "a", reference: "sale-7" });
  await made.clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown" });
  return made;
}

async function recovered({ clock, terminal }: Bench, ms = 1_000): Promise<Outcome> {
  const recovering = terminal.recover("a");
  await clock.advance(ms);
  return recovering;
}

/** A journal that takes everything until it `fails`, as one whose disk is full. */
function failing(): Journal & { fails: "no" | "writing" | "both" } {
  const inner = memoryJournal();
  return {
    fails: "no",
    async entries() {
      if (this.fails === "both") throw new Error("no disk");
      return inner.entries();
    },
    async record(entry: JournalEntry) {
      if (this.fails !== "no") throw new Error("disk full");
      await inner.record(entry);
    },
  };
}

test("an approval that the bridge held comes with its ticket", async () => {
  const made = await unanswered((connection) => connection.say(APPROVAL + TICKET));
  const outcome = await recovered(made);
  expect(outcome).toMatchObject({
    outcome: "approved",
    key: "a",
    action: "debit",
    amount: EUR(2500),
    charged: EUR(2500),
    partial: false,
    evidence: { authorisation: "A00395", tickets: THANKS },
  });
  expect(outcome.evidence.answer).toContain("AE=10");
  expect(outcome).not.toHaveProperty("unrecorded");
});

test("a refusal that the bridge held comes with the terminal's reason", async () => {
  const made = await unanswered((connection) => connection.say(REFUSAL));
  expect(await recovered(made)).toMatchObject({ outcome: "declined", key: "a", reason: { code: "04" } });
});

test("an unclear refusal that was held is no sign of a busy terminal, however fast the bridge gives it", async () => {
  const made = await unanswered((connection) => connection.say("CZ0040300AE00201"));
  expect(await recovered(made)).toMatchObject({ outcome: "failed", checkTerminal: true, busy: false });
});

test("a status that names the payment comes with its ticket, and no duplicate is asked for", async () => {
  const said = APPROVAL.replace("0300", "0320");
  const made = await unanswered(
    (connection) => (connection.onWrite = () => connection.say(`${said}CF006sale-7${TICKET}`)),
    { profile: "payxpress" },
    false,
  );
  expect(await recovered(made)).toMatchObject({
    outcome: "approved",
    key: "a",
    evidence: { tickets: THANKS },
  });
  expect(made.far.written()).toHaveLength(2);
});

test.each(["writing", "both"] as const)(
  "where the journal fails at %s the outcome stands, unrecorded",
  async (how) => {
    const journal = failing();
    const made = await unanswered(
      (connection) => {
        journal.fails = how;
        connection.say(APPROVAL + TICKET);
      },
      { journal },
    );
    expect(await recovered(made)).toMatchObject({
      outcome: "approved",
      key: "a",
      unrecorded: true,
      evidence: { tickets: THANKS },
    });
    expect(made.far.connections[1]?.closed).toEqual({ keepAnswer: true });
    journal.fails = "no";
    const next = made.terminal.pay({ amount: EUR(2500), key: "a", reference: "sale-7" });
    await made.clock.advance(1_000);
    expect(await next).toMatchObject({ outcome: "approved" });
    expect(await journal.entries()).toMatchObject([{ state: "settled", outcome: "approved" }]);
  },
);

test("a page that has lost the terminal is told what it heard, and that it wrote nothing", async () => {
  let lose = (): void => undefined;
  const lost = new Promise<void>((resolve) => (lose = resolve));
  const lease = { acquire: async () => ({ held: true, release: () => undefined, lost }) as const };
  const made = await unanswered(
    (connection) => {
      lose();
      connection.say(APPROVAL + TICKET);
    },
    { lease },
  );
  expect(await recovered(made)).toMatchObject({ outcome: "approved", unrecorded: true });
  expect(made.journal.records.map(({ state }) => state)).toEqual(["intended", "sending", "unknown"]);
});

test("what another page has settled meanwhile stays as it is settled", async () => {
  const journal = memoryJournal();
  const made = await unanswered(() => undefined, { journal });
  const other = openTerminal({
    connector: farEnd(() => undefined, { id: made.far.id }),
    register: REGISTER,
    clock: made.clock,
    journal,
  });
  const recovering = made.terminal.recover("a");
  await made.clock.advance(1_000);
  await other.settle("a", { outcome: "failed", by: "Anne" });
  made.far.connections[1]?.say(APPROVAL + TICKET);
  await made.clock.advance(1_000);
  expect(await recovering).toMatchObject({ outcome: "failed", reason: { en: "decided by Anne" } });
});

test("an answer that proves nothing leaves the payment as the journal has it", async () => {
  const made = await unanswered((connection) => connection.say("CZ0040300AE00211"));
  const recovering = made.terminal.recover("a");
  await made.clock.advance(200_000);
  expect(await recovering).toMatchObject({ outcome: "unknown", doubt: "lost", evidence: { tickets: [] } });
});
