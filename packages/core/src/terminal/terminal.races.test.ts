import { describe, expect, test } from "vitest";
import type { Outcome } from "../payment/outcome.ts";
import type { JournalRecord } from "../ports/journal.ts";
import type { Terminal, TerminalOptions } from "../terminal-types.ts";
import { APPROVAL, bench, EUR, serialTerminal, type SerialFarEnd } from "../testing/bench.ts";
import { answering, farEnd, type FarEnd } from "../testing/far-end.ts";

/** A serial terminal that says nothing by itself. */
function onSerial(
  more: Partial<TerminalOptions> = {},
): ReturnType<typeof bench> & { readonly line: () => SerialFarEnd } {
  let line: SerialFarEnd | undefined;
  const far: FarEnd = farEnd(
    (connection) => {
      line = serialTerminal(connection, made.clock, () => undefined);
    },
    { carrier: "serial" },
  );
  const made = bench(far, more);
  return { ...made, line: () => line as SerialFarEnd };
}

describe("an approval recorded at this very moment", () => {
  test("is not overwritten by the wish to cancel", async () => {
    const { clock, terminal, journal } = bench(farEnd(answering(APPROVAL)));
    const go = journal.hold("settled");
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.advance(300);
    terminal.requestCancel();
    await clock.settle();
    go();
    await clock.advance(300);
    expect(await paying).toMatchObject({ outcome: "approved" });
    expect(await journal.entries()).toMatchObject([{ key: "a", state: "settled", outcome: "approved" }]);
  });

  test("is not overwritten by a person's word", async () => {
    let settling: Promise<unknown> | undefined;
    const { clock, terminal, journal, line } = onSerial({
      onTrace: ({ kind }) => {
        if (kind === "late")
          settling = terminal
            .settle("a", { outcome: "declined", by: "Anne" })
            .catch((error: unknown) => error);
      },
    });
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.advance(181_000);
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "silence" });
    line().deliver(APPROVAL);
    await clock.advance(1_000);
    expect(await settling).toMatchObject({ code: "WRONG_STATE", reason: "settled" });
    expect(await journal.entries()).toMatchObject([{ outcome: "approved", settledBy: { by: "terminal" } }]);
  });
});

/** A payment given up, its doubt not written down yet, whose approval comes at that moment. */
async function answeredInDoubt(
  more: Partial<TerminalOptions> = {},
): Promise<ReturnType<typeof onSerial> & { readonly paying: Promise<Outcome>; readonly go: () => void }> {
  const made = onSerial(more);
  const { clock, terminal, journal, line } = made;
  const paying = terminal.pay({ amount: EUR(2500), key: "a" });
  await clock.advance(1_000);
  const go = journal.hold("unknown");
  await clock.advance(180_000);
  line().deliver(APPROVAL);
  await clock.advance(1_000);
  return { ...made, paying, go };
}

test("an answer that comes while the doubt is being written down settles the payment", async () => {
  const late: string[] = [];
  const { clock, journal, paying, go } = await answeredInDoubt({
    onLateAnswer: (_, { outcome }) => late.push(outcome),
  });
  go();
  await clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown" });
  expect(await journal.entries()).toMatchObject([{ key: "a", state: "settled", outcome: "approved" }]);
  expect(late).toEqual(["approved"]);
});

test("an approval that the journal refuses, just as the next payment begins, does not let that be sent", async () => {
  const sentOverIt: number[] = [];
  let sentAfterIt = 0;
  for (let turns = 0; turns < 60; turns += 1) {
    const { clock, terminal, journal, paying, go } = await answeredInDoubt();
    journal.refuseOnce("settled");
    go();
    expect(await paying).toMatchObject({ outcome: "unknown" });
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    const next = terminal.pay({ amount: EUR(3000), key: "b" }).catch((error: unknown) => error);
    await clock.advance(200_000);
    await next;
    const kept = journal.records.findIndex(({ key, state }) => key === "a" && state === "settled");
    const sent = journal.records.findIndex(({ key, state }) => key === "b" && state === "sending");
    if (sent < 0) continue;
    if (kept < 0 || kept > sent) sentOverIt.push(turns);
    else sentAfterIt += 1;
  }
  expect(sentOverIt).toEqual([]);
  expect(sentAfterIt).toBeGreaterThan(0);
});

describe("recover() and settle() called just before pay() of the same key", () => {
  const racing = async (
    call: (terminal: Terminal) => Promise<unknown>,
  ): Promise<{
    readonly called: unknown;
    readonly records: readonly JournalRecord[];
    readonly paid: unknown;
  }> => {
    const far = farEnd(answering(APPROVAL));
    const { clock, terminal, journal } = bench(far);
    const calling = call(terminal).catch((error: unknown) => error);
    const paying = terminal.pay({ amount: EUR(2500), key: "a" });
    await clock.advance(1_000);
    return { called: await calling, records: journal.records, paid: await paying };
  };

  test.each([
    ["recover", (terminal: Terminal) => terminal.recover("a")],
    ["settle", (terminal: Terminal) => terminal.settle("a", { outcome: "declined", by: "Anne" })],
  ])("%s never writes over the payment that has begun", async (_, call) => {
    for (const delay of [0, 1, 2, 3, 4, 5, 6, 8, 10]) {
      const { records, paid } = await racing(async (terminal) => {
        for (let turn = 0; turn < delay; turn += 1) await Promise.resolve();
        return call(terminal);
      });
      expect(paid).toMatchObject({ outcome: "approved" });
      expect(records.map(({ state }) => state)).toEqual(["intended", "sending", "settled"]);
    }
  });
});

test("a status that answers for an earlier payment of the same reference settles nothing", async () => {
  const answer = (more: string): string => `CZ0040320CA00201CB0042500CD0010CE003978CF008order-42${more}`;
  let paid = 0;
  const far = farEnd((connection) => {
    connection.onWrite = (text) => {
      if (text.includes("CD001T")) connection.say(answer("AE00210AC006A00395"));
      else if ((paid += 1) === 1) connection.say(answer("AE00210AC006A00395"));
      else connection.lose();
    };
  });
  const { clock, terminal } = bench(far, { profile: "payxpress" });
  for (const key of ["a", "b"]) {
    const paying = terminal.pay({ amount: EUR(2500), key, reference: "order-42" });
    await clock.advance(1_000);
    await paying;
  }
  const recovering = terminal.recover("b");
  await clock.advance(40_000);
  expect(await recovering).toMatchObject({ outcome: "unknown" });
});
