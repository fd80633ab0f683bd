import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import { money } from "../payment/money.ts";
import { memoryJournal, type Journal, type JournalRecord } from "../ports/journal.ts";
import { memoryLease } from "../ports/lease.ts";
import { openTerminal } from "./terminal.ts";
import type { Phase, Terminal, TerminalOptions } from "../terminal-types.ts";
import { answering, farEnd, type FarEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

const REGISTER = { number: "01", identifier: "012345678901" };
const EUR = (minorUnits: number): ReturnType<typeof money> => money(minorUnits, "EUR");
const APPROVAL = "CZ0040300CJ012330538600404CA00201CB0042500CD0010CE003978AE00210AC006A00395CC00300BCI0012";
const REFUSAL = "CZ0040300AE00201AF00204";

interface Bench {
  readonly clock: VirtualClock;
  readonly far: FarEnd;
  readonly terminal: Terminal;
  readonly journal: Journal;
  readonly records: JournalRecord[];
}

/** A terminal whose far end is the test, and whose journal's every record is kept. */
function bench(far: FarEnd = farEnd(), more: Partial<TerminalOptions> = {}): Bench {
  const clock = new VirtualClock();
  const inner = memoryJournal();
  const records: JournalRecord[] = [];
  const journal: Journal = {
    entries: () => inner.entries(),
    record: async (entry) => {
      records.push(entry);
      await inner.record(entry);
    },
  };
  const terminal = openTerminal({ connector: far, register: REGISTER, clock, journal, ...more });
  return { clock, far, terminal, journal, records };
}

async function after<T>(clock: VirtualClock, ms: number, promise: Promise<T>): Promise<T> {
  let settled = false;
  promise.then(
    () => (settled = true),
    () => (settled = true),
  );
  await clock.advance(ms);
  expect(settled).toBe(true);
  return promise;
}

const failure = (promise: Promise<unknown>): Promise<ConcertError> =>
  promise.then(
    (value) => Promise.reject(new Error(`resolved with ${JSON.stringify(value)}`)),
    (error: unknown) => {
      expect(error).toBeInstanceOf(ConcertError);
      return error as ConcertError;
    },
  );

describe("a payment over IP", () => {
  test("sends the tags every source agrees on, and is approved 250 ms after the answer", async () => {
    const { clock, far, terminal } = bench(farEnd(answering(APPROVAL)));
    const outcome = await after(clock, 250, terminal.pay({ amount: EUR(2500) }));
    expect(outcome).toMatchObject({
      outcome: "approved",
      charged: { minorUnits: 2500, currency: "EUR" },
      partial: false,
    });
    expect(outcome.evidence).toMatchObject({ authorisation: "A00395", application: "00B", reading: "2" });
    expect(far.written()).toEqual(["CZ0040300CJ012012345678901CA00201CB0042500CD0010CE003978"]);
    expect(far.connections[0]?.closed).toEqual({});
  });

  test("is recorded before the connection, before the first byte and at the end", async () => {
    const order: string[] = [];
    const far = farEnd((connection) => {
      order.push("connected");
      connection.onWrite = () => {
        order.push("written");
        connection.say(APPROVAL);
      };
    });
    const kept = memoryJournal();
    const journal: Journal = {
      entries: () => kept.entries(),
      record: async (entry) => {
        order.push(entry.state);
        await kept.record(entry);
      },
    };
    const { clock, terminal } = bench(far, { journal });
    await after(clock, 250, terminal.pay({ amount: EUR(2500) }));
    expect(order).toEqual(["intended", "connected", "sending", "written", "settled"]);
  });

  test("tells its phases", async () => {
    const phases: Phase[] = [];
    const { clock, terminal } = bench(farEnd(answering(REFUSAL)));
    await after(clock, 250, terminal.pay({ amount: EUR(2500) }, { onPhase: (phase) => phases.push(phase) }));
    expect(phases).toEqual(["calling", "card-expected", "answered", "done"]);
  });

  test("a listener that throws changes nothing", async () => {
    const { clock, terminal } = bench(farEnd(answering(REFUSAL)));
    const onPhase = (): void => {
      throw new Error("page bug");
    };
    expect(await after(clock, 250, terminal.pay({ amount: EUR(2500) }, { onPhase }))).toMatchObject({
      outcome: "declined",
    });
  });

  test("refund and reversal carry their own action and expect it back", async () => {
    const { clock, far, terminal } = bench(
      farEnd((connection) => {
        connection.onWrite = (text) => connection.say(`${text}AE00210`);
      }),
    );
    expect(await after(clock, 250, terminal.refund({ amount: EUR(2500) }))).toMatchObject({
      outcome: "approved",
      action: "credit",
    });
    expect(await after(clock, 250, terminal.reverse({ amount: EUR(2500) }))).toMatchObject({
      outcome: "approved",
      action: "reversal",
    });
    expect(far.written().map((text) => /CD001(.)/.exec(text)?.[1])).toEqual(["1", "2"]);
  });

  test("optional tags come after the compulsory ones", async () => {
    const { clock, far, terminal } = bench(farEnd(answering(REFUSAL)));
    await after(
      clock,
      250,
      terminal.pay({
        amount: EUR(5),
        reference: "order-1",
        tickets: true,
        application: "00C",
        forceAuthorisation: true,
        phone: "0612345678",
        email: "a@example.com",
      }),
    );
    expect(far.written()).toEqual([
      "CZ0040300CJ012012345678901CA00201CB00205CD0010CE003978CC00300CCK003100CF007order-1BB0011BH0100612345678BI013a@example.com",
    ]);
  });
});

describe("doubt", () => {
  const cases: readonly (readonly [
    title: string,
    accept: Parameters<typeof farEnd>[0],
    ms: number,
    doubt: string,
  ])[] = [
    ["no answer within 180 s", () => undefined, 180_000, "silence"],
    ["a terminal that hangs up", (far) => void (far.onWrite = () => far.hangUp()), 0, "closed"],
    ["a connection lost while waiting", (far) => void (far.onWrite = () => far.lose()), 0, "lost"],
    [
      "half an answer, then a close",
      (far) =>
        void (far.onWrite = () => {
          far.say(APPROVAL.slice(0, 40));
          far.hangUp();
        }),
      0,
      "cut",
    ],
    [
      "half an answer, then silence",
      (far) => void (far.onWrite = () => far.say(APPROVAL.slice(0, 40))),
      181_000,
      "cut",
    ],
    ["CZ00X0300", answering("CZ00X0300"), 250, "malformed"],
    ["AE00510", answering("AE00510"), 181_000, "cut"],
    ["an answer of 65 KiB", answering("CF999".padEnd(1004, "x").repeat(67)), 250, "oversize"],
    ["an approval of another amount", answering(APPROVAL.replace("2500", "2600")), 250, "contradiction"],
  ];
  for (const [title, accept, ms, doubt] of cases)
    test(`${title} is unknown (${doubt}) and blocks the next payment`, async () => {
      const { clock, far, terminal } = bench(farEnd(accept));
      const outcome = await after(clock, ms, terminal.pay({ amount: EUR(2500), key: "sale-1" }));
      expect(outcome).toMatchObject({ outcome: "unknown", doubt, key: "sale-1" });
      expect(await terminal.pending()).toMatchObject([{ key: "sale-1", state: "unknown", doubt }]);
      expect(await failure(terminal.pay({ amount: EUR(900) }))).toMatchObject({
        code: "WRONG_STATE",
        pendingKey: "sale-1",
      });
      expect(far.written()).toHaveLength(1);
    });

  test("what came of an answer before the time was up is kept with the payment", async () => {
    const { clock, terminal } = bench(farEnd(answering("CZ0040300AE002")));
    const outcome = await after(clock, 181_000, terminal.pay({ amount: EUR(2500) }));
    expect(outcome.evidence.unread).toContain("CZ0040300AE002");
  });

  test("an answer that is still coming in when the time is up is taken", async () => {
    const { clock, far, terminal } = bench();
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.advance(179_900);
    far.connections[0]?.say(APPROVAL.slice(0, 40));
    await clock.advance(600);
    far.connections[0]?.say(APPROVAL.slice(40));
    expect(await after(clock, 250, paying)).toMatchObject({ outcome: "approved" });
  });

  test("AE=11 keeps waiting for a final answer, and is acknowledged when none comes", async () => {
    const { clock, terminal } = bench(farEnd(answering(APPROVAL.replace("AE00210", "AE00211"))));
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.advance(179_999);
    expect(await after(clock, 1, paying)).toMatchObject({ outcome: "acknowledged" });
    expect(await terminal.pending()).toHaveLength(1);
  });

  test("AE=11 and then AE=10 on the same connection is approved", async () => {
    const { clock, far, terminal } = bench(farEnd(answering(APPROVAL.replace("AE00210", "AE00211"))));
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.advance(30_000);
    far.connections[0]?.say(APPROVAL);
    expect(await after(clock, 250, paying)).toMatchObject({ outcome: "approved" });
  });

  test("a page frozen beyond the deadline still reads what came meanwhile", async () => {
    const { clock, far, terminal } = bench();
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.settle();
    clock.freeze(600_000);
    await clock.advance(0);
    far.connections[0]?.say(APPROVAL);
    expect(await after(clock, 250, paying)).toMatchObject({ outcome: "approved" });
  });

  test("a person settles it, and the next payment goes through", async () => {
    const { clock, terminal, records } = bench(farEnd((far) => void (far.onWrite = () => far.hangUp())));
    await after(clock, 0, terminal.pay({ amount: EUR(2500), key: "sale-1" }));
    await terminal.settle("sale-1", { outcome: "failed", by: "Anne" });
    expect(await terminal.pending()).toEqual([]);
    expect(records.at(-1)).toMatchObject({
      state: "settled",
      outcome: "failed",
      settledBy: { by: "person", who: "Anne" },
    });
    expect(await after(clock, 0, terminal.pay({ amount: EUR(900) }))).toMatchObject({ outcome: "unknown" });
  });
});

describe("certainly not sent", () => {
  test("a refused connection rejects and blocks nothing", async () => {
    const refused = new ConcertError("UNREACHABLE", "connection refused");
    const { terminal, records } = bench(farEnd(() => Promise.reject(refused)));
    expect(await failure(terminal.pay({ amount: EUR(2500) }))).toMatchObject({ code: "UNREACHABLE" });
    expect(records.map(({ state }) => state)).toEqual(["intended", "settled"]);
    expect(records.at(-1)).toMatchObject({ outcome: "not-sent", settledBy: { by: "register" } });
    expect(await terminal.pending()).toEqual([]);
  });

  test("no connection within 5 s rejects, and a connection that opens later carries nothing", async () => {
    let open: () => void = () => undefined;
    const far = farEnd(() => new Promise<void>((resolve) => (open = resolve)));
    const { clock, terminal } = bench(far);
    const error = failure(terminal.pay({ amount: EUR(2500) }));
    await clock.advance(5_000);
    expect(await error).toMatchObject({ code: "UNREACHABLE", reason: "timeout" });
    open();
    await clock.settle();
    expect(far.written()).toEqual([]);
    expect(far.connections[0]?.closed).toBeDefined();
  });

  test("a connection lost before the first byte rejects", async () => {
    const { terminal, far } = bench(farEnd((connection) => connection.lose()));
    expect(await failure(terminal.pay({ amount: EUR(2500) }))).toMatchObject({ code: "PORT_LOST" });
    expect(far.written()).toEqual([]);
    expect(await terminal.pending()).toEqual([]);
  });

  for (const refused of ["intended", "sending"] as const)
    test(`a journal that refuses "${refused}" stops the payment before anything is sent`, async () => {
      const inner = memoryJournal();
      const journal: Journal = {
        entries: () => inner.entries(),
        record: (entry) =>
          entry.state === refused ? Promise.reject(new Error("quota")) : inner.record(entry),
      };
      const { terminal, far } = bench(farEnd(answering(APPROVAL)), { journal });
      expect(await failure(terminal.pay({ amount: EUR(2500) }))).toMatchObject({ code: "JOURNAL_FAILED" });
      expect(far.written()).toEqual([]);
      expect(await terminal.pending()).toEqual([]);
    });

  test("a journal that cannot be read, or never answers, stops the payment", async () => {
    const never: Journal = { entries: () => new Promise(() => undefined), record: async () => undefined };
    const { clock, terminal, far } = bench(farEnd(answering(APPROVAL)), { journal: never });
    const error = failure(terminal.pay({ amount: EUR(2500) }));
    await clock.advance(10_000);
    expect(await error).toMatchObject({ code: "JOURNAL_FAILED" });
    expect(far.connections).toEqual([]);
  });
});

describe("a journal that refuses the outcome", () => {
  test("the outcome stands, is marked, and is written before the next payment", async () => {
    let full = true;
    const inner = memoryJournal();
    const journal: Journal = {
      entries: () => inner.entries(),
      record: (entry) =>
        full && entry.state === "settled" ? Promise.reject(new Error("quota")) : inner.record(entry),
    };
    const { clock, terminal, far } = bench(farEnd(answering(APPROVAL)), { journal });
    expect(await after(clock, 250, terminal.pay({ amount: EUR(2500), key: "a" }))).toMatchObject({
      outcome: "approved",
      unrecorded: true,
    });
    expect(far.connections[0]?.closed).toEqual({ keepAnswer: true });
    expect(await failure(terminal.pay({ amount: EUR(2500), key: "b" }))).toMatchObject({
      code: "JOURNAL_FAILED",
    });
    full = false;
    expect(await after(clock, 250, terminal.pay({ amount: EUR(2500), key: "b" }))).toMatchObject({
      outcome: "approved",
    });
    expect((await inner.entries()).map(({ key, state }) => `${key} ${state}`)).toEqual([
      "a settled",
      "b settled",
    ]);
  });
});

describe("one payment at a time, and each once", () => {
  test("a second payment while one runs is refused at once", async () => {
    const { clock, terminal, far } = bench();
    void terminal.pay({ amount: EUR(2500), key: "a" });
    expect(await failure(terminal.pay({ amount: EUR(2500), key: "b" }))).toMatchObject({
      code: "WRONG_STATE",
      reason: "running",
      pendingKey: "a",
    });
    await clock.settle();
    expect(far.written()).toHaveLength(1);
  });

  test("the same key and request is the same payment, while it runs and after", async () => {
    const { clock, terminal, far } = bench(farEnd(answering(APPROVAL)));
    const twice = [
      terminal.pay({ amount: EUR(2500), key: "a" }),
      terminal.pay({ amount: EUR(2500), key: "a" }),
    ];
    await clock.advance(250);
    const again = terminal.pay({ amount: EUR(2500), key: "a" });
    for (const paid of [...twice, again])
      expect(await paid).toMatchObject({
        outcome: "approved",
        key: "a",
        evidence: { authorisation: "A00395" },
      });
    expect(far.written()).toHaveLength(1);
  });

  test("a page that comes back reads what was recorded, of settled payments only", async () => {
    const { clock, terminal, far } = bench(
      farEnd((connection) => {
        connection.onWrite = (text) =>
          text.includes("CB0042500") ? connection.say(APPROVAL) : connection.hangUp();
      }),
    );
    await after(clock, 250, terminal.pay({ amount: EUR(2500), key: "a" }));
    await after(clock, 0, terminal.pay({ amount: EUR(900), key: "b" }));
    expect(await terminal.recorded("a")).toMatchObject({ outcome: "approved", key: "a" });
    expect(await terminal.recorded("b")).toBeUndefined();
    expect(await terminal.recorded("c")).toBeUndefined();
    expect(far.written()).toHaveLength(2);
  });

  test("the same key and another request is refused", async () => {
    const { clock, terminal } = bench(farEnd(answering(APPROVAL)));
    await after(clock, 250, terminal.pay({ amount: EUR(2500), key: "a" }));
    for (const other of [
      { amount: EUR(2501) },
      { amount: EUR(2500), reference: "x" },
      { amount: money(2500, "USD") },
    ])
      expect(await failure(terminal.pay({ ...other, key: "a" }))).toMatchObject({
        code: "BAD_REQUEST",
        field: "key",
      });
    expect(await failure(terminal.refund({ amount: EUR(2500), key: "a" }))).toMatchObject({
      code: "BAD_REQUEST",
    });
  });

  test("a key names one payment in the whole journal: on another terminal it is refused, and the first stays open", async () => {
    const journal = memoryJournal();
    const first = bench(
      farEnd((far) => void (far.onWrite = () => far.hangUp())),
      { journal },
    );
    await after(first.clock, 0, first.terminal.pay({ amount: EUR(2500), key: "a" }));
    const other = bench(farEnd(answering(APPROVAL), { id: "test:other" }), { journal });
    expect(await failure(other.terminal.pay({ amount: EUR(2500), key: "a" }))).toMatchObject({
      code: "WRONG_STATE",
      pendingKey: "a",
    });
    expect(await first.terminal.pending()).toMatchObject([{ key: "a", state: "unknown" }]);
    expect(other.far.connections).toEqual([]);
  });

  test("a payment that was never sent may be made again under its key", async () => {
    let refuse = true;
    const far = farEnd((connection) => {
      if (refuse) throw new ConcertError("UNREACHABLE", "asleep");
      answering(APPROVAL)(connection);
    });
    const { clock, terminal } = bench(far);
    await failure(terminal.pay({ amount: EUR(2500), key: "a" }));
    refuse = false;
    expect(await after(clock, 250, terminal.pay({ amount: EUR(2500), key: "a" }))).toMatchObject({
      outcome: "approved",
    });
  });

  test("two registers sharing a lease: the second is told who holds the terminal, and takes over when it is gone", async () => {
    const journal = memoryJournal();
    const table = new Map<string, string>();
    const far = farEnd(answering(APPROVAL));
    const first = bench(far, { journal, lease: memoryLease("till 1", table) });
    const second = bench(far, { journal, lease: memoryLease("till 2", table) });
    const both = await Promise.allSettled([
      after(first.clock, 250, first.terminal.pay({ amount: EUR(2500) })),
      after(second.clock, 250, second.terminal.pay({ amount: EUR(2500) })),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
    expect(await failure(second.terminal.pay({ amount: EUR(2500) }))).toMatchObject({
      code: "WRONG_STATE",
      holder: "till 1",
    });
    expect(far.written()).toHaveLength(1);
    await first.terminal.close();
    expect(await after(second.clock, 250, second.terminal.pay({ amount: EUR(2500) }))).toMatchObject({
      outcome: "approved",
    });
  });
});

describe("a page that comes back from the back-forward cache, its lease lost", () => {
  /** The first lease is lost when `lose` is called; each journal record waits for `go` where one is given. */
  function leaving(far: FarEnd): Bench & { lose(): Promise<void>; hold(state: string): () => void } {
    let lose = (): void => undefined;
    const lost = new Promise<void>((resolve) => (lose = resolve));
    const lease = { acquire: async () => ({ held: true as const, release: () => undefined, lost }) };
    const inner = memoryJournal();
    const records: JournalRecord[] = [];
    let held: { readonly state: string; readonly until: Promise<void> } | undefined;
    const journal: Journal = {
      entries: () => inner.entries(),
      record: async (entry) => {
        records.push(entry);
        await inner.record(entry);
        if (entry.state === held?.state) await held.until;
      },
    };
    const made = bench(far, { lease, journal });
    return {
      ...made,
      journal,
      records,
      lose: async () => {
        lose();
        await made.clock.settle();
      },
      hold(state) {
        let go = (): void => undefined;
        held = { state, until: new Promise((resolve) => (go = resolve)) };
        return go;
      },
    };
  }

  test("sends nothing that it had only recorded: another page may have made the payment meanwhile", async () => {
    const far = farEnd(answering(APPROVAL));
    const { terminal, clock, records, lose, hold } = leaving(far);
    const go = hold("sending");
    const paying = failure(terminal.pay({ amount: EUR(2500), key: "a" }));
    await clock.advance(10);
    await lose();
    go();
    await clock.advance(10);
    expect(await paying).toMatchObject({ code: "WRONG_STATE", reason: "owner-lost" });
    expect(far.written()).toEqual([]);
    expect(records.map(({ state }) => state)).toEqual(["intended", "sending"]);
  });

  test("writes nothing over what another page has settled, and says so in the outcome", async () => {
    const far = farEnd();
    const { terminal, clock, journal, records, lose } = leaving(far);
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.advance(10);
    await lose();
    const [left] = await journal.entries();
    await journal.record({ ...left, state: "settled", outcome: "approved" } as JournalRecord);
    far.connections[0]?.lose();
    await clock.advance(10);
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "lost", unrecorded: true });
    expect(records.map(({ state }) => state)).toEqual(["intended", "sending", "settled"]);
    expect(await terminal.pay({ amount: EUR(2500), key: "a" })).toMatchObject({ outcome: "approved" });
    expect(far.written()).toHaveLength(1);
  });
});

describe("after a restart", () => {
  async function interrupted(state: "intended" | "sending"): Promise<Journal> {
    const journal = memoryJournal();
    const frozen: Journal = {
      entries: () => journal.entries(),
      record: (entry) =>
        entry.state === "intended" || (state === "sending" && entry.state === "sending")
          ? journal.record(entry)
          : new Promise(() => undefined),
    };
    const before = bench(farEnd(), { journal: frozen });
    void before.terminal.pay({ amount: EUR(2500), key: "a" }).catch(() => undefined);
    await before.clock.settle();
    return journal;
  }

  test('a payment found "intended" was never sent and blocks nothing', async () => {
    const journal = await interrupted("intended");
    const { clock, terminal } = bench(farEnd(answering(APPROVAL)), { journal });
    expect(await terminal.pending()).toEqual([]);
    expect(await after(clock, 250, terminal.pay({ amount: EUR(2500) }))).toMatchObject({
      outcome: "approved",
    });
    expect(await journal.entries()).toMatchObject([
      { key: "a", outcome: "not-sent" },
      { outcome: "approved" },
    ]);
  });

  test('a payment found "sending" is unknown and blocks; the same call again tells so and sends nothing', async () => {
    const journal = await interrupted("sending");
    const { terminal, far } = bench(farEnd(answering(APPROVAL)), { journal });
    expect(await terminal.pending()).toMatchObject([{ key: "a", state: "sending" }]);
    expect(await failure(terminal.pay({ amount: EUR(2500) }))).toMatchObject({
      code: "WRONG_STATE",
      pendingKey: "a",
    });
    expect(await terminal.pay({ amount: EUR(2500), key: "a" })).toMatchObject({
      outcome: "unknown",
      doubt: "restarted",
    });
    expect(far.connections).toEqual([]);
  });

  test("lost history blocks until a person has looked", async () => {
    const journal = memoryJournal([
      { kind: "history-lost", key: "lost-1", reason: "wiped", state: "unknown", times: {} },
    ]);
    const { clock, terminal } = bench(farEnd(answering(APPROVAL)), { journal });
    expect(await failure(terminal.pay({ amount: EUR(2500) }))).toMatchObject({
      reason: "history-lost",
      pendingKey: "lost-1",
    });
    await terminal.settle("lost-1", { outcome: "failed", by: "Anne" });
    expect(await after(clock, 250, terminal.pay({ amount: EUR(2500) }))).toMatchObject({
      outcome: "approved",
    });
  });
});

describe("recovery on a bridge that holds answers", () => {
  const unanswered = async (resume: Parameters<typeof farEnd>[0]): Promise<Bench> => {
    const made = bench(
      farEnd(
        (connection) => {
          if (connection.options.resume === true) return resume?.(connection);
          connection.onWrite = () => connection.lose();
        },
        { resumable: true },
      ),
    );
    await after(made.clock, 0, made.terminal.pay({ amount: EUR(2500), key: "a" }));
    return made;
  };

  test("the held answer settles the payment under its own exchange", async () => {
    const { clock, terminal, far, records } = await unanswered((connection) => {
      connection.say(APPROVAL);
      connection.hangUp();
      return { requestBytes: 56 };
    });
    expect(far.connections[0]?.closed).toEqual({ keepAnswer: true });
    expect(await after(clock, 250, terminal.recover("a"))).toMatchObject({ outcome: "approved", key: "a" });
    expect(far.connections[1]?.options.exchange).toBe(far.connections[0]?.options.exchange);
    expect(records.at(-1)).toMatchObject({ state: "settled", settledBy: { by: "terminal", how: "resumed" } });
    expect(far.written()).toHaveLength(1);
  });

  test("a page that comes back in mid-payment waits for the card as long as the first one would have", async () => {
    const phases: Phase[] = [];
    const { clock, terminal, far } = await unanswered(() => ({ requestBytes: 56 }));
    await clock.advance(20_000);
    const recovering = terminal.recover("a", { onPhase: (phase) => phases.push(phase) });
    await clock.advance(159_000);
    expect(phases).toEqual(["calling", "card-expected"]);
    far.connections[1]?.say(APPROVAL);
    expect(await after(clock, 250, recovering)).toMatchObject({ outcome: "approved" });
    expect(phases.at(-1)).toBe("done");
  });

  test("long after the payment the held answer is waited for 30 s only", async () => {
    const { clock, terminal } = await unanswered(() => ({ requestBytes: 56 }));
    await clock.advance(3_600_000);
    expect(await after(clock, 30_000, terminal.recover("a"))).toMatchObject({ outcome: "unknown" });
  });

  test("a bridge that took no byte of the request proves that nothing was sent", async () => {
    const { clock, terminal } = await unanswered((connection) => {
      connection.hangUp();
      return { requestBytes: 0 };
    });
    expect(await after(clock, 250, terminal.recover("a"))).toMatchObject({
      outcome: "failed",
      checkTerminal: false,
    });
    expect(await terminal.pending()).toEqual([]);
  });

  test("a bridge that holds nothing leaves it unknown, and a person is asked", async () => {
    const { clock, terminal } = await unanswered(() => {
      throw new ConcertError("UNREACHABLE", "nothing held", { reason: "nothing-held" });
    });
    expect(await after(clock, 250, terminal.recover("a"))).toMatchObject({ outcome: "unknown" });
    expect(await terminal.pending()).toHaveLength(1);
  });
});

describe("bad input is refused before anything is recorded or sent", () => {
  const bad: readonly (readonly [field: string, call: (terminal: Terminal) => Promise<unknown>])[] = [
    ["amount", (t) => t.pay({ amount: EUR(0) })],
    ["amount", async (t) => t.pay({ amount: EUR(-1) })],
    ["amount", async (t) => t.pay({ amount: EUR(1.5) })],
    ["amount", async (t) => t.pay({ amount: EUR(Number.NaN) })],
    ["amount", async (t) => t.pay({ amount: EUR(1_000_000_000_000) })],
    ["amount", (t) => t.pay({ amount: { minorUnits: 0.1, currency: "EUR" } })],
    ["amount", (t) => t.pay({} as never)],
    ["currency", async (t) => t.pay({ amount: money(1, "ZZZ") })],
    ["currency", (t) => t.pay({ amount: { minorUnits: 1, currency: "XX" } })],
    ["reference", (t) => t.pay({ amount: EUR(1), reference: "été" })],
    ["reference", (t) => t.pay({ amount: EUR(1), reference: "x".repeat(100) })],
    ["reference", (t) => t.pay({ amount: EUR(1), reference: "" })],
    ["application", (t) => t.pay({ amount: EUR(1), application: "c" })],
    ["key", (t) => t.pay({ amount: EUR(1), key: "x".repeat(65) })],
    ["key", (t) => t.pay({ amount: EUR(1), key: "sale-1732412345678" })],
    ["tickets", (t) => t.pay({ amount: EUR(1), tickets: "9" })],
    ["tickets", (t) => t.pay({ amount: EUR(1), tickets: 120 as never })],
    ["application", (t) => t.pay({ amount: EUR(1), application: 100 as never })],
    ["forceAuthorisation", (t) => t.pay({ amount: EUR(1), forceAuthorisation: "yes" as never })],
    ["answerWithinMs", (t) => t.pay({ amount: EUR(1) }, { answerWithinMs: 59_999 })],
    ["options", (t) => t.pay({ amount: EUR(1) }, null as never)],
    ["options", (t) => t.pay({ amount: EUR(1) }, 60_000 as never)],
    ["options", (t) => t.refund({ amount: EUR(1) }, null as never)],
    ["options", (t) => t.reverse({ amount: EUR(1) }, null as never)],
    ["options", (t) => t.identify(null as never)],
    ["options", (t) => t.duplicate(null as never)],
    ["options", (t) => t.print("Bonjour", null as never)],
    ["options", (t) => t.recover("nothing", null as never)],
    ["acceptPartial", (t) => t.pay({ amount: EUR(1), acceptPartial: true })],
    ["text", (t) => t.print("")],
    ["profile", (t) => t.transactionStatus({ reference: "a" })],
    ["key", (t) => t.recover("nothing")],
    ["key", (t) => t.settle("nothing", { outcome: "failed", by: "Anne" })],
    ["outcome", (t) => t.settle("a", { outcome: "unknown" as never, by: "Anne" })],
    ["by", (t) => t.settle("a", { outcome: "failed", by: " " })],
  ];
  for (const [index, [field, call]] of bad.entries())
    test(`${field} (${index})`, async () => {
      const { terminal, far, records } = bench();
      const error = await failure(call(terminal));
      expect([error.code === "NOT_SUPPORTED" || error.code === "BAD_REQUEST", error.field]).toEqual([
        true,
        field,
      ]);
      expect(error.message).toContain(error.code === "BAD_REQUEST" ? field : "profile");
      expect([far.connections, records]).toEqual([[], []]);
    });

  for (const register of [
    { number: "1234", identifier: "012345678901" },
    { number: "1", identifier: "012345678901" },
    { number: "01", identifier: "123" },
  ])
    test(`register ${JSON.stringify(register)}`, () => {
      expect(() => bench(farEnd(), { register })).toThrow(/register\.(number|identifier) must be/);
    });

  test("an answer time below 60 s is refused for the whole terminal", () => {
    expect(() => bench(farEnd(), { answerWithinMs: 30_000 })).toThrow(/answerWithinMs/);
  });
});

describe("actions that move no money", () => {
  const echo = (connection: Parameters<NonNullable<Parameters<typeof farEnd>[0]>>[0]): void => {
    connection.onWrite = (text) => connection.say(`${text}AE00210`);
  };

  test("each sends its own tags (protocol.md 3.1)", async () => {
    const { clock, terminal, far } = bench(farEnd(echo), { profile: "payxpress" });
    for (const call of [
      () => terminal.identify(),
      () => terminal.duplicate({ tickets: "120" }),
      () => terminal.print("Bonjour"),
      () => terminal.transactionStatus({ reference: "order-1" }),
      () => terminal.reboot(),
      () => terminal.ctmsStatus(),
    ])
      expect(await after(clock, 250, call())).toMatchObject({ done: true, status: "10" });
    const heading = "CZ0040320CJ012012345678901CA00201";
    expect(far.written()).toEqual([
      `${heading}CD001I`,
      `${heading}CD0013CK003120`,
      `${heading}CD001PZT025CK003100AK012Qm9uam91cg==`,
      `${heading}CD001TCH007order-1`,
      `${heading}CD001R`,
      `${heading}CD001C`,
    ]);
  });

  test("an identification whose answer breaks off says so", async () => {
    const { clock, terminal } = bench(farEnd(answering("CZ0040300CA0")));
    const error = failure(terminal.identify());
    await clock.advance(181_000);
    expect(await error).toMatchObject({ code: "BAD_MESSAGE" });
  });

  test("identification is asked while a payment runs, on a connection of its own", async () => {
    const { clock, terminal, far } = bench(
      farEnd((connection) => {
        connection.onWrite = (text) => {
          if (text.includes("CD001I")) connection.say("CZ0040301CJ012330538600404CA00201CD001IAE00210");
        };
      }),
    );
    void terminal.pay({ amount: EUR(2500) });
    await clock.settle();
    expect(await after(clock, 250, terminal.identify())).toMatchObject({ done: true });
    expect(far.connections).toHaveLength(2);
  });

  test("without an answer they reject, since nothing was at stake", async () => {
    const { clock, terminal } = bench();
    const error = failure(terminal.identify());
    await clock.advance(30_000);
    expect(await error).toMatchObject({ code: "NO_ANSWER" });
  });

  test("an unreadable answer says where", async () => {
    const { clock, terminal } = bench(farEnd(answering("CZ0040300AE00X10")));
    const error = failure(terminal.identify());
    await clock.advance(30_000);
    expect(await error).toMatchObject({ code: "BAD_MESSAGE", offset: 9, tag: "AE" });
  });

  test("an unsettled payment does not stop them", async () => {
    const { clock, terminal } = bench(
      farEnd((connection) => {
        connection.onWrite = (text) =>
          text.includes("CD0010") ? connection.hangUp() : connection.say("CZ0040301AE00210");
      }),
    );
    await after(clock, 0, terminal.pay({ amount: EUR(2500) }));
    expect(await after(clock, 250, terminal.identify())).toMatchObject({ done: true });
  });
});

describe("cancel and close", () => {
  test("requestCancel records the wish, sends nothing, and the payment wins", async () => {
    const { clock, terminal, far, records } = bench();
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.settle();
    terminal.requestCancel();
    terminal.requestCancel();
    await clock.settle();
    expect(records.at(-1)).toMatchObject({
      state: "sending",
      cancelRequested: expect.stringMatching(/^2026-/) as string,
    });
    far.connections[0]?.say(APPROVAL);
    expect(await after(clock, 250, paying)).toMatchObject({ outcome: "approved" });
    expect(records.at(-1)).toMatchObject({
      outcome: "approved",
      cancelRequested: expect.any(String) as string,
    });
    expect(far.written()).toHaveLength(1);
  });

  test("close() during a payment leaves it unknown, and nothing more is accepted", async () => {
    const { clock, terminal, far, journal } = bench();
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.settle();
    await terminal.close();
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "lost" });
    expect(await journal.entries()).toMatchObject([{ key: "a", state: "unknown" }]);
    expect(far.connections[0]?.closed).toEqual({ keepAnswer: true });
    expect(await failure(terminal.pay({ amount: EUR(1) }))).toMatchObject({
      code: "WRONG_STATE",
      reason: "closed",
    });
  });

  test("close() while connecting sends nothing", async () => {
    let open: () => void = () => undefined;
    const far = farEnd(() => new Promise<void>((resolve) => (open = resolve)));
    const { clock, terminal } = bench(far);
    const error = failure(terminal.pay({ amount: EUR(2500) }));
    await clock.settle();
    const closing = terminal.close();
    open();
    await clock.settle();
    await closing;
    expect((await error).code).toBe("PORT_LOST");
    expect(far.written()).toEqual([]);
  });
});

test("no card number reaches the trace or the journal, however the bytes are cut", async () => {
  const seen: string[] = [];
  const answer = `${APPROVAL}AA0165017677122000674CF0165017677122000674`;
  const far = farEnd((connection) => {
    connection.onWrite = () => {
      for (const character of answer) connection.say(character);
    };
  });
  const { clock, terminal, records } = bench(far, {
    onTrace: ({ text }) => seen.push(text),
    journalMaskedPan: true,
  });
  const outcome = await after(clock, 250, terminal.pay({ amount: EUR(2500), reference: "5017677122000674" }));
  expect(outcome.outcome).toBe("approved");
  expect(seen.length).toBeGreaterThan(5);
  expect(seen.join("")).toContain("AE00210");
  for (const sink of [seen.join(""), JSON.stringify(records), JSON.stringify(outcome)]) {
    expect(sink).not.toMatch(/\d{13}/);
    expect(sink).not.toContain("677122000");
  }
  expect(records.at(-1)).toMatchObject({ pan: "501767******0674" });
});
