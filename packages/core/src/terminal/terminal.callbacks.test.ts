import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import type { Connection } from "../ports/connector.ts";
import type { Lease, LeaseResult } from "../ports/lease.ts";
import { openTerminal } from "./terminal.ts";
import { APPROVAL, bench, EUR, REGISTER, serialTerminal, slowJournal } from "../testing/bench.ts";
import { answering, farEnd, type FarEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { TraceEvent } from "../trace.ts";

describe("a trace listener that throws", () => {
  const KINDS: readonly TraceEvent["kind"][] = [
    "open",
    "opened",
    "write",
    "read",
    "link",
    "phase",
    "outcome",
    "closed",
    "error",
  ];

  test.each(KINDS)("at %s changes nothing in the outcome", async (faulty) => {
    const onTrace = ({ kind }: TraceEvent): void => {
      if (kind === faulty) throw new Error("page bug");
    };
    const { clock, terminal, journal } = bench(farEnd(answering(APPROVAL)), { onTrace });
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome: "approved" });
    expect(await journal.entries()).toMatchObject([{ state: "settled", outcome: "approved" }]);
  });
});

/** As `far`, but every connection is closed in this way. */
function closing(far: FarEnd, close: Connection["close"]): FarEnd {
  return { ...far, open: async (options) => ({ ...(await far.open(options)), close }) };
}

describe("a carrier whose close() misbehaves", () => {
  test.each<[string, Connection["close"]]>([
    ["never resolves", () => new Promise(() => undefined)],
    ["rejects", async () => Promise.reject(new Error("driver bug"))],
    [
      "throws",
      () => {
        throw new Error("driver bug");
      },
    ],
  ])("%s: an approval is still an approval", async (_, close) => {
    const { clock, terminal, journal } = bench(closing(farEnd(answering(APPROVAL)), close));
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.advance(6_000);
    expect(await paying).toMatchObject({ outcome: "approved" });
    expect(await journal.entries()).toMatchObject([{ state: "settled", outcome: "approved" }]);
    const shut = terminal.close().then(() => "closed");
    await clock.advance(6_000);
    expect(await shut).toBe("closed");
  });

  test("also where the connection was lost, or opened too late", async () => {
    const reject = async (): Promise<void> => Promise.reject(new Error("driver bug"));
    const lost = bench(
      closing(
        farEnd((connection) => void (connection.onWrite = () => connection.lose())),
        reject,
      ),
    );
    const paying = lost.terminal.pay({ amount: EUR(2500) });
    await lost.clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "lost" });

    let open = (): void => undefined;
    const slow = farEnd(() => new Promise<void>((resolve) => (open = resolve)));
    const late = bench(closing(slow, reject));
    const refused = late.terminal.pay({ amount: EUR(2500) }).catch((error: unknown) => error);
    await late.clock.advance(5_000);
    open();
    await late.clock.advance(1_000);
    expect(await refused).toMatchObject({ code: "UNREACHABLE" });
    expect(slow.written()).toEqual([]);
  });
});

describe("the carrier is told to forget the answer once it is written down, and not before", () => {
  test("also when the terminal hung up after it", async () => {
    const far = farEnd(
      (connection) => {
        connection.onWrite = () => {
          connection.say(APPROVAL);
          connection.hangUp();
        };
      },
      { resumable: true },
    );
    const { clock, terminal, journal } = bench(far);
    const go = journal.hold("settled");
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.advance(100);
    expect(far.connections[0]?.closed).toBeUndefined();
    go();
    await clock.advance(100);
    expect(await paying).toMatchObject({ outcome: "approved" });
    expect(far.connections[0]?.closed).toEqual({});
  });

  test("also when the terminal hangs up while the answer is being written down", async () => {
    const far = farEnd(answering(APPROVAL), { resumable: true });
    const { clock, terminal, journal } = bench(far);
    const go = journal.hold("settled");
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.advance(300);
    far.connections[0]?.hangUp();
    await clock.advance(100);
    go();
    await clock.advance(100);
    expect(await paying).toMatchObject({ outcome: "approved" });
    expect(far.connections[0]?.closed).toEqual({});
  });

  test("a terminal that hangs up without an answer leaves it to be held", async () => {
    const far = farEnd((connection) => void (connection.onWrite = () => connection.hangUp()), {
      resumable: true,
    });
    const { clock, terminal } = bench(far);
    const paying = terminal.pay({ amount: EUR(2500) });
    await clock.advance(300);
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "closed" });
    expect(far.connections[0]?.closed).toEqual({ keepAnswer: true });
  });
});

describe("a lease that misbehaves", () => {
  test.each<[string, Lease["acquire"]]>([
    ["never answers", () => new Promise(() => undefined)],
    ["rejects", async () => Promise.reject(new Error("the document is not active"))],
  ])("%s: nothing is sent, and the call ends", async (_, acquire) => {
    const far = farEnd(answering(APPROVAL));
    const { clock, terminal } = bench(far, { lease: { acquire } });
    const refused = terminal.pay({ amount: EUR(2500) }).catch((error: unknown) => error);
    await clock.advance(10_000);
    expect(await refused).toMatchObject({ code: "WRONG_STATE", reason: "owner-unknown" });
    expect(far.written()).toEqual([]);
  });

  test("a lease granted after close() or after the wait is given back", async () => {
    for (const end of ["close", "wait"]) {
      let released = 0;
      let grant: (result: LeaseResult) => void = () => undefined;
      const acquire = (): Promise<LeaseResult> => new Promise((resolve) => (grant = resolve));
      const { clock, terminal } = bench(farEnd(), { lease: { acquire } });
      const refused = terminal.recover("a").catch((error: unknown) => error);
      await clock.settle();
      if (end === "close") await terminal.close();
      else await clock.advance(10_000);
      grant({ held: true, release: () => void (released += 1) });
      await clock.settle();
      expect(await refused).toBeInstanceOf(ConcertError);
      expect(released).toBe(1);
    }
  });
});

describe("close()", () => {
  test("before the connection: nothing is begun any more", async () => {
    for (let turn = 0; turn < 30; turn += 1) {
      const far = farEnd(answering(APPROVAL));
      const { clock, terminal, journal } = bench(far);
      const paying = terminal.pay({ amount: EUR(2500), key: "a" }).catch((error: unknown) => error);
      for (let turns = 0; turns < turn; turns += 1) await Promise.resolve();
      const sent = far.written().length;
      const shut = terminal.close().then(() => "closed");
      await clock.advance(1_000);
      expect(await shut).toBe("closed");
      expect(far.written()).toHaveLength(sent);
      const [entry] = await journal.entries();
      const outcome: unknown = await paying;
      if (sent === 0) {
        expect(outcome).toBeInstanceOf(ConcertError);
        expect(entry?.state ?? "settled").toBe("settled");
      }
      expect(clock.waiting).toBe(0);
    }
  });

  test("frees a line that was only listened to", async () => {
    const clock = new VirtualClock();
    const journal = slowJournal();
    const far = farEnd((connection) => void serialTerminal(connection, clock, () => undefined), {
      carrier: "serial",
    });
    await journal.record({
      kind: "payment",
      key: "a",
      action: "debit",
      amount: 2500,
      currency: "EUR",
      register: "01",
      terminal: far.id,
      exchange: "x",
      dialect: "v3",
      state: "unknown",
      times: {},
    });
    const terminal = openTerminal({ connector: far, register: REGISTER, clock, journal, profile: "generic" });
    const recovering = terminal.recover("a");
    await clock.advance(1_000);
    expect(far.connections).toHaveLength(1);
    await terminal.close();
    expect(far.connections[0]?.closed).toBeDefined();
    await clock.advance(40_000);
    await recovering;
    expect(far.connections).toHaveLength(1);
    expect(clock.waiting).toBe(0);
  });
});
