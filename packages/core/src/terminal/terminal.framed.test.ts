/** Over IP in frames (V2), a terminal bids for each answer: what it delivers may be to an earlier sale. */
import { describe, expect, test } from "vitest";
import { encodeV2Response } from "../codec/v2/response.ts";
import { money } from "../payment/money.ts";
import type { Outcome } from "../payment/outcome.ts";
import { GENERIC } from "../payment/profiles.ts";
import { memoryJournal } from "../ports/journal.ts";
import { memoryLease } from "../ports/lease.ts";
import { REGISTER, serialTerminal, type SerialFarEnd } from "../testing/bench.ts";
import { farEnd, textOf, type FarEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import type { Terminal } from "../terminal-types.ts";
import { openTerminal } from "./terminal.ts";

const answer = (stat: string, amount: number, reference = ""): string =>
  textOf(
    encodeV2Response({
      register: "01",
      stat,
      amount,
      mode: "1",
      currency: "978",
      private: reference.padEnd(10),
    }),
  );

/** A first sale settled by hand, a second one that waits; then the terminal says something. */
async function second(carrier: "serial" | "ip", first: number, said: string): Promise<Outcome | undefined> {
  const clock = new VirtualClock();
  const ends: SerialFarEnd[] = [];
  const connector = farEnd(
    (connection) => void ends.push(serialTerminal(connection, clock, () => undefined)),
    {
      carrier,
    },
  );
  const terminal = openTerminal({ connector, register: REGISTER, clock, dialect: "v2-e+" });
  const given = terminal.pay({ amount: money(first, "EUR"), key: "first" }, { answerWithinMs: 60_000 });
  await clock.advance(61_000);
  expect(await given).toMatchObject({ outcome: "unknown" });
  await terminal.settle("first", { outcome: "failed", by: "Anne" });
  let outcome: Outcome | undefined;
  void terminal.pay({ amount: money(1250, "EUR"), key: "second" }).then((known) => (outcome = known));
  await clock.advance(1_000);
  ends.at(-1)?.deliver(said);
  await clock.advance(1_000);
  return outcome;
}

for (const carrier of ["serial", "ip"] as const) {
  test(`${carrier}: an approval of the same amount leaves the second sale unknown`, async () => {
    const outcome = await second(carrier, 1250, answer("0", 1250));
    expect(outcome).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
  });

  test(`${carrier}: an answer to the first sale's amount does not end the second one`, async () => {
    expect(await second(carrier, 990, answer("7", 990))).toBeUndefined();
  });

  test(`${carrier}: an approval of another amount than the first sale's is the second one's own`, async () => {
    expect(await second(carrier, 990, answer("0", 1250))).toMatchObject({ outcome: "approved" });
  });
}

/** Frames over IP: each connection has its own end, and the terminal may bid on any of them. */
function framed(
  clock: VirtualClock,
  resumable = false,
): { connector: FarEnd; ends: SerialFarEnd[]; requests: string[] } {
  const ends: SerialFarEnd[] = [];
  const requests: string[] = [];
  const connector = farEnd(
    (connection) => {
      ends.push(serialTerminal(connection, clock, (request) => void requests.push(request)));
      return connection.options.resume === true ? { requestBytes: 50 } : undefined;
    },
    { carrier: "ip", resumable },
  );
  return { connector, ends, requests };
}

describe("what the bridge held is judged as on a line, the sale before it settled by hand", () => {
  test.each([
    ["an approval of the same amount", answer("0", 1250), undefined],
    ["a refusal of the same amount", answer("7", 1250), undefined],
    ["a refusal without an amount", answer("7", 0), undefined],
    ["an approval that names the sale before", answer("0", 1250, "sale-1"), "sale-"],
  ])("%s leaves it unknown", async (_, said, reference) => {
    const clock = new VirtualClock();
    const { connector, ends } = framed(clock, true);
    const made = {
      connector,
      register: REGISTER,
      clock,
      dialect: "v2-e+",
      journal: memoryJournal(),
    } as const;
    const named = (number: number): object =>
      reference === undefined ? {} : { reference: `${reference}${number}` };
    const one = openTerminal(made);
    const first = one.pay(
      { amount: money(1250, "EUR"), key: "first", ...named(1) },
      { answerWithinMs: 60_000 },
    );
    await clock.advance(61_000);
    expect(await first).toMatchObject({ outcome: "unknown" });
    await one.settle("first", { outcome: "failed", by: "Anne" });
    void one.pay({ amount: money(1250, "EUR"), key: "second", ...named(2) });
    await clock.advance(1_000);
    await Promise.all([one.close(), clock.advance(1_000)]);
    const recovering = openTerminal(made).recover("second");
    await clock.advance(1_000);
    ends.at(-1)?.deliver(said);
    await clock.advance(200_000);
    expect(await recovering).toMatchObject({ outcome: "unknown" });
  });

  test("one settled long before does not", async () => {
    const clock = new VirtualClock();
    const { connector, ends } = framed(clock, true);
    const made = {
      connector,
      register: REGISTER,
      clock,
      dialect: "v2-e+",
      journal: memoryJournal(),
    } as const;
    const one = openTerminal(made);
    const first = one.pay({ amount: money(1250, "EUR"), key: "first" }, { answerWithinMs: 60_000 });
    await clock.advance(61_000);
    await first;
    await one.settle("first", { outcome: "failed", by: "Anne" });
    await clock.advance(181_000);
    const second = one.pay({ amount: money(1250, "EUR"), key: "second" }, { answerWithinMs: 60_000 });
    await clock.advance(61_000);
    expect(await second).toMatchObject({ outcome: "unknown" });
    const recovering = one.recover("second");
    await clock.advance(1_000);
    ends.at(-1)?.deliver(answer("0", 1250));
    await clock.advance(1_000);
    expect(await recovering).toMatchObject({ outcome: "approved" });
  });
});

describe("V3 in frames over IP", () => {
  const APPROVAL = "CZ0040300CA00201CB0041250CD0010CE003978AE00210";
  const profile = { ...GENERIC, ipFraming: "serial" } as const;

  test("an identification waits for the end of a payment: its refusal would come into it", async () => {
    const clock = new VirtualClock();
    const { connector, ends, requests } = framed(clock);
    const terminal = openTerminal({ connector, register: REGISTER, clock, profile });
    const paying = terminal.pay({ amount: money(1250, "EUR"), key: "a" });
    await clock.advance(1_000);
    await expect(terminal.identify()).rejects.toMatchObject({ code: "WRONG_STATE", reason: "line-busy" });
    expect(requests).toHaveLength(1);
    ends[0]?.deliver(APPROVAL);
    await clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome: "approved" });
  });

  test("so does a question of another page: who asks owns the terminal", async () => {
    const clock = new VirtualClock();
    const { connector, requests } = framed(clock);
    const owners = new Map<string, string>();
    const [seller, other] = ["Till 1", "Till 2"].map((holder) =>
      openTerminal({ connector, register: REGISTER, clock, profile, lease: memoryLease(holder, owners) }),
    ) as [Terminal, Terminal];
    void seller.pay({ amount: money(1250, "EUR"), key: "a" });
    await clock.advance(1_000);
    const asked = other.duplicate().catch((error: unknown) => error);
    await clock.advance(1_000);
    expect(await asked).toMatchObject({ code: "WRONG_STATE", reason: "owned", holder: "Till 1" });
    expect(requests).toHaveLength(1);
  });
});

describe("what was owed when a payment was sent is reckoned with whenever the bridge gives what it held", () => {
  const APPROVAL = "CZ0040300CA00201CB0041250CD0010CE003978AE00210";
  const v3 = { profile: { ...GENERIC, ipFraming: "serial" } } as const;

  /** A payment whose connection was lost, recovered long after; the terminal says something meanwhile. */
  async function lostAndRecovered(
    { clock, connector, ends }: ReturnType<typeof framed> & { readonly clock: VirtualClock },
    terminal: Terminal,
    said: string,
  ): Promise<Outcome> {
    const paying = terminal.pay({ amount: money(1250, "EUR"), key: "sale" });
    await clock.advance(1_000);
    connector.connections.at(-1)?.lose();
    await clock.advance(1_000);
    expect(await paying).toMatchObject({ outcome: "unknown", doubt: "lost" });
    await clock.advance(200_000);
    const recovering = terminal.recover("sale");
    await clock.advance(1_000);
    ends.at(-1)?.deliver(said);
    await clock.advance(60_000);
    return recovering;
  }

  test.each([
    ["identify", "CZ0040300CA00201AE00201AF00209"],
    ["duplicate", APPROVAL],
  ] as const)("the answer to %s", async (question, said) => {
    const clock = new VirtualClock();
    const far = framed(clock, true);
    const terminal = openTerminal({ connector: far.connector, register: REGISTER, clock, ...v3 });
    const earlier = terminal.pay({ amount: money(1250, "EUR"), key: "earlier" });
    await clock.advance(1_000);
    far.ends.at(-1)?.deliver(APPROVAL);
    await clock.advance(1_000);
    expect(await earlier).toMatchObject({ outcome: "approved" });
    const asked = terminal[question]().catch((error: unknown) => error);
    await clock.advance(40_000);
    expect(await asked).toMatchObject({ code: "NO_ANSWER" });
    expect(await lostAndRecovered({ ...far, clock }, terminal, said)).toMatchObject({ outcome: "unknown" });
  });

  test("the answer to a payment that the journal has lost", async () => {
    const clock = new VirtualClock();
    const far = framed(clock, true);
    const times = { unknown: new Date(clock.wallTime()).toISOString() };
    const journal = memoryJournal([
      { kind: "history-lost", key: "lost", reason: "wiped", state: "unknown", times },
    ]);
    const made = { connector: far.connector, register: REGISTER, clock, dialect: "v2-e+", journal } as const;
    const terminal = openTerminal(made);
    await terminal.settle("lost", { outcome: "failed", by: "Anne" });
    expect(await lostAndRecovered({ ...far, clock }, terminal, answer("0", 1250))).toMatchObject({
      outcome: "unknown",
    });
  });
});

test("a payment, and what the bridge holds, wait for no presence test", async () => {
  const clock = new VirtualClock();
  const { connector, ends } = framed(clock, true);
  const made = { connector, register: REGISTER, clock, dialect: "v2-e+", journal: memoryJournal() } as const;
  const one = openTerminal(made);
  void one.identify().catch(() => undefined);
  void one.pay({ amount: money(1250, "EUR"), key: "sale" });
  await clock.advance(5_000);
  expect(await one.pending()).toEqual([]);
  await Promise.all([one.close(), clock.advance(1_000)]);
  const two = openTerminal(made);
  void two.identify().catch(() => undefined);
  const recovering = two.recover("sale");
  await clock.advance(5_000);
  for (const end of ends) end.deliver(answer("0", 1250));
  await clock.advance(60_000);
  expect(await recovering).toMatchObject({ outcome: "approved" });
});
