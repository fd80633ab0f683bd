import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import { SerialLink } from "../link/serial-link.ts";
import type { LinkInput } from "../link/link.ts";
import { describeLine, LINE_7E1, LINE_8N1, LINE_PRESETS, type LineSettings } from "../link/line-settings.ts";
import { money } from "../payment/money.ts";
import { GENERIC } from "../payment/profiles.ts";
import { memoryJournal } from "../ports/journal.ts";
import { probe, type ProbeOptions, type ProbeResult } from "./probe.ts";
import { openTerminal } from "./terminal.ts";
import { serialTerminal, type SerialFarEnd } from "../testing/bench.ts";
import { answering, farEnd, latin1, textOf, type FarConnection, type FarEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

const REGISTER = { number: "01", identifier: "012345678901" };
const QUESTION = "CZ0040300CJ012012345678901CA00201CD001I";
const IDENTITY = "CZ0040301CJ012330538600404CA00201CD001IAE00210";
const FOUND = { answered: true, dialect: "v3", version: "0301", identifier: "330538600404", late: [] };
/** The answer to an earlier payment. */
const PAID = "CZ0040300CJ012330538600404CA00201CB00512345CD0010CE003978AE00210";
const PAID_V2 = "0100000125019780000000000";
const FAST: LineSettings = { ...LINE_8N1, baudRate: 115_200 };
const ENQ = "\u0005";
const ACK = "\u0006";
const NAK = "\u0015";
const EOT = "\u0004";
const STX = "\u0002";

/** Asks, and lets two minutes pass. */
async function probed(
  far: FarEnd,
  clock: VirtualClock = new VirtualClock(),
  more: Partial<ProbeOptions> = {},
): Promise<ProbeResult> {
  const probing = probe({ connector: far, register: REGISTER, clock, ...more });
  const settled = probing.catch(() => undefined);
  for (let second = 0; second < 120; second += 1) await clock.advance(1_000);
  await settled;
  return probing;
}

interface Answers {
  /** Text, or text and the milliseconds until it comes. */
  readonly to?: (request: string) => string | readonly [string, number] | undefined;
  /** What the terminal still has to deliver, as soon as the line is open. */
  readonly late?: string;
}

/** A terminal with a real link at the far end of a connection. */
function linked(connection: FarConnection, clock: VirtualClock, { to, late }: Answers): void {
  const link = new SerialLink({ role: "terminal" });
  let cancel = (): void => undefined;
  const push = (input: LinkInput): void => {
    for (const output of link.step(input, clock.now())) {
      if (output.type === "write") {
        connection.say(textOf(output.bytes));
        push({ type: "written" });
      }
      if (output.type === "message") {
        const answer = to?.(textOf(output.data));
        const [text, afterMs] = typeof answer === "object" ? answer : [answer, 0];
        if (text !== undefined)
          clock.setTimer(clock.now() + afterMs, () => push({ type: "send", data: latin1(text) }));
      }
    }
    cancel();
    if (link.deadline !== undefined)
      cancel = clock.setTimer(link.deadline, () => push({ type: "tick" })) as () => void;
  };
  connection.onWrite = (text) => push({ type: "bytes", bytes: latin1(text) });
  if (late !== undefined) push({ type: "send", data: latin1(late) });
}

/** Only the first connection finds something still to be delivered. */
function terminalOn(
  carrier: "ip" | "serial",
  clock: VirtualClock,
  first: Answers,
  others: Answers = first,
): FarEnd {
  let answers = first;
  return farEnd(
    (connection) => {
      linked(connection, clock, answers);
      answers = others;
    },
    { carrier },
  );
}

const answersTo = (request: string, answer: string): Answers => ({
  to: (asked) => (asked === request ? answer : undefined),
});

describe("over IP", () => {
  test("a V3 terminal is found by its identification", async () => {
    const far = farEnd(answering(IDENTITY));
    expect(await probed(far)).toEqual({ ...FOUND, framing: "stream" });
    expect(far.written()).toEqual([QUESTION]);
  });

  test.each([
    ["the action", "CZ0040300AE00201AF00212"],
    ["the form of the message", "CZ0040300AE00201AF00209"],
  ])("a terminal that refuses %s, in tags, speaks V3", async (_what, refusal) => {
    expect(await probed(farEnd(answering(refusal)))).toEqual({
      answered: true,
      dialect: "v3",
      framing: "stream",
      version: "0300",
      late: [],
    });
  });

  test("an answer to something else is in tags all the same, and is given to the caller", async () => {
    expect(await probed(farEnd(answering(PAID)))).toMatchObject({
      dialect: "v3",
      framing: "stream",
      late: [latin1(PAID)],
    });
  });

  test("a terminal that takes eight seconds speaks V3", async () => {
    const clock = new VirtualClock();
    const far = farEnd((connection) => {
      connection.onWrite = (text) => {
        if (text === QUESTION) clock.setTimer(clock.now() + 8_000, () => connection.say(IDENTITY));
      };
    });
    expect(await probed(far, clock)).toEqual({ ...FOUND, framing: "stream" });
  });

  test("a V3 terminal in frames is told with the profile that opens it so", async () => {
    const clock = new VirtualClock();
    const far = terminalOn("ip", clock, answersTo(QUESTION, IDENTITY));
    const found = await probed(far, clock);
    expect(found).toEqual({ ...FOUND, framing: "serial", profile: { ...GENERIC, ipFraming: "serial" } });
    if (!found.answered || found.dialect !== "v3") throw new Error("expected V3");
    const terminal = openTerminal({ connector: far, register: REGISTER, clock, ...found });
    const asked = terminal.identify();
    await clock.advance(1_000);
    expect(await asked).toMatchObject({ done: true, status: "10" });
  });

  test("a terminal that answers ENQ and nothing else is there, and tells no dialect", async () => {
    const far = farEnd((connection) => {
      connection.onWrite = (text) => {
        if (text === ENQ) connection.say(ACK);
      };
    });
    expect(await probed(far)).toMatchObject({ dialect: "unknown", tags: "unanswered", framing: "serial" });
  });

  test("a terminal that answers nothing is told with all that was tried", async () => {
    expect(await probed(farEnd())).toMatchObject({
      answered: false,
      tried: [expect.stringContaining("V3, bare"), expect.stringContaining("frames over TCP")],
    });
  });

  test("a carrier that cannot be used rejects at once", async () => {
    const refused = new ConcertError("NOT_ALLOWED", "origin refused");
    await expect(probed(farEnd(() => Promise.reject(refused)))).rejects.toMatchObject({
      code: "NOT_ALLOWED",
    });
  });
});

describe("on a serial line", () => {
  const linesOf = (far: FarEnd): string[] =>
    far.connections.map(({ options }) => (options.line === undefined ? "none" : describeLine(options.line)));

  /** Answers only where the line is set so; elsewhere it hears nothing that makes sense. */
  function setTo(line: LineSettings, clock: VirtualClock, answers: Answers): FarEnd {
    return farEnd(
      (connection) => {
        const { line: as } = connection.options;
        if (as !== undefined && describeLine(as) === describeLine(line)) linked(connection, clock, answers);
      },
      { carrier: "serial" },
    );
  }

  test.each(LINE_PRESETS.map((line) => [describeLine(line), line] as const))(
    "a V3 terminal set to %s is found",
    async (_text, line) => {
      const clock = new VirtualClock();
      const far = setTo(line, clock, answersTo(QUESTION, IDENTITY));
      expect(await probed(far, clock)).toEqual({ ...FOUND, framing: "serial", line });
    },
  );

  test("every setting is tried once, with one ENQ, and all in thirteen seconds", async () => {
    const clock = new VirtualClock();
    const far = farEnd(undefined, { carrier: "serial" });
    const probing = probe({ connector: far, register: REGISTER, clock });
    await clock.advance(13_000);
    expect(await probing).toMatchObject({ answered: false, tried: { length: 12 } });
    expect(linesOf(far)).toEqual(LINE_PRESETS.map(describeLine));
    for (const { written } of far.connections) expect(written).toEqual([ENQ, EOT]);
  });

  test("what is found is what openTerminal takes", async () => {
    const clock = new VirtualClock();
    const far = setTo(FAST, clock, answersTo(QUESTION, IDENTITY));
    const found = await probed(far, clock);
    if (!found.answered || found.dialect !== "v3") throw new Error("expected V3");
    const asked = openTerminal({ connector: far, register: REGISTER, clock, ...found }).identify();
    await clock.advance(1_000);
    expect(await asked).toMatchObject({ done: true });
    expect(linesOf(far).at(-1)).toBe("115200 8N1");
  });

  test("settings given are tried instead, and refused by name where they make no sense", async () => {
    const far = farEnd(undefined, { carrier: "serial" });
    await probed(far, new VirtualClock(), { lines: [FAST, LINE_7E1] });
    expect(linesOf(far)).toEqual(["115200 8N1", "9600 7E1"]);
    await expect(
      probe({ connector: far, register: REGISTER, lines: [FAST, { ...FAST, baudRate: 300 }] }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST", field: "lines[1].baudRate" });
  });

  test("a terminal that refuses the action without naming it speaks V3", async () => {
    const clock = new VirtualClock();
    const far = setTo(LINE_8N1, clock, answersTo(QUESTION, "CZ0040300AE00201AF00212"));
    expect(await probed(far, clock)).toMatchObject({ dialect: "v3", version: "0300", late: [] });
  });

  test("a terminal that takes eight seconds speaks V3", async () => {
    const clock = new VirtualClock();
    const far = setTo(LINE_8N1, clock, { to: () => [IDENTITY, 8_000] });
    expect(await probed(far, clock)).toEqual({ ...FOUND, framing: "serial", line: LINE_8N1 });
  });

  test("a terminal that takes tags and says no more is not called V2: its line is known, its dialect is not", async () => {
    const clock = new VirtualClock();
    const far = setTo(LINE_8N1, clock, {});
    expect(await probed(far, clock)).toEqual({
      answered: true,
      dialect: "unknown",
      tags: "silence",
      framing: "serial",
      line: LINE_8N1,
      late: [],
    });
    expect(linesOf(far)).toEqual(["9600 8N1", "9600 8N1"]);
  });

  test("a terminal that refuses tags is asked in the other form of that speed, and then left alone", async () => {
    const far = farEnd(
      (connection) => {
        connection.onWrite = (text) => {
          if (text === ENQ) connection.say(ACK);
          if (text.startsWith(STX)) connection.say(NAK);
        };
      },
      { carrier: "serial" },
    );
    expect(await probed(far)).toMatchObject({ dialect: "unknown", tags: "refused", line: LINE_8N1 });
    expect(linesOf(far)).toEqual(["9600 8N1", "9600 8N1", "9600 7E1", "9600 7E1"]);
  });

  test("a terminal at 7E1 is found there, though ENQ and ACK look the same at 8N1", async () => {
    const clock = new VirtualClock();
    const far = farEnd(
      (connection) => {
        if (connection.options.line?.parity === "even")
          return linked(connection, clock, answersTo(QUESTION, IDENTITY));
        connection.onWrite = (text) => {
          if (text === ENQ) connection.say(ACK);
        };
      },
      { carrier: "serial" },
    );
    expect(await probed(far, clock)).toEqual({ ...FOUND, framing: "serial", line: LINE_7E1 });
  });

  test("a terminal that refuses ENQ is there", async () => {
    const far = farEnd(
      (connection) => {
        connection.onWrite = (text) => {
          if (text === ENQ) connection.say(NAK);
        };
      },
      { carrier: "serial" },
    );
    expect(await probed(far)).toMatchObject({ dialect: "unknown", tags: "refused", line: LINE_8N1 });
  });

  test("no question ever carries an amount", async () => {
    const far = farEnd(
      (connection) => {
        connection.onWrite = () => connection.say(ACK);
      },
      { carrier: "serial" },
    );
    expect(await probed(far)).toMatchObject({ dialect: "unknown", tags: "silence", line: LINE_8N1 });
    expect(far.connections[0]?.written).toEqual([ENQ, EOT]);
    expect(far.connections[1]?.written[1]).toBe(`${STX}${QUESTION}\u0003Y`);
  });
});

describe("a late answer of an earlier payment", () => {
  test.each([
    ["v3", PAID],
    ["v2", PAID_V2],
  ])("that comes before the question is given to the caller, and tells %s", async (dialect, late) => {
    const clock = new VirtualClock();
    const far = terminalOn("serial", clock, { late }, {});
    expect(await probed(far, clock)).toMatchObject({ dialect, line: LINE_8N1, late: [latin1(late)] });
  });

  test("that comes in place of the answer is no answer", async () => {
    const clock = new VirtualClock();
    const far = terminalOn("serial", clock, answersTo(QUESTION, PAID));
    expect(await probed(far, clock)).toMatchObject({ dialect: "v3", line: LINE_8N1, late: [latin1(PAID)] });
  });

  test("that comes before the answer is given to the caller beside it", async () => {
    const clock = new VirtualClock();
    const far = terminalOn("serial", clock, { late: PAID }, answersTo(QUESTION, IDENTITY));
    expect(await probed(far, clock)).toMatchObject({ ...FOUND, line: LINE_8N1, late: [latin1(PAID)] });
  });

  test("is not lost with the cable", async () => {
    const clock = new VirtualClock();
    let connections = 0;
    const far = farEnd(
      (connection) => {
        connections += 1;
        if (connections > 1) throw new ConcertError("UNREACHABLE", "unplugged");
        linked(connection, clock, { late: PAID });
      },
      { carrier: "serial" },
    );
    expect(await probed(far, clock)).toMatchObject({ dialect: "v3", late: [latin1(PAID)] });
  });

  test("heard in a form in which nothing of ours is read does not prove that form", async () => {
    const clock = new VirtualClock();
    let late: Answers = { late: PAID };
    const far = farEnd(
      (connection) => {
        if (connection.options.line?.parity === "even")
          return linked(connection, clock, answersTo(QUESTION, IDENTITY));
        linked(connection, clock, late);
        late = {};
        // At 8N1 the terminal reads ENQ and ACK, whose parity is even anyhow, and nothing of a frame.
        const { onWrite } = connection;
        connection.onWrite = (text) => (text === ENQ || text === ACK ? onWrite(text) : undefined);
      },
      { carrier: "serial" },
    );
    expect(await probed(far, clock)).toMatchObject({ ...FOUND, line: LINE_7E1, late: [latin1(PAID)] });
  });
});

test("identify() of a V2 terminal is ENQ, ACK, EOT and no frame", async () => {
  const clock = new VirtualClock();
  const far = farEnd((connection) => linked(connection, clock, {}), { carrier: "serial" });
  const terminal = openTerminal({ connector: far, register: REGISTER, dialect: "v2-e+", clock });
  const asked = terminal.identify();
  await clock.advance(1_000);
  expect(await asked).toMatchObject({ done: true });
  expect(far.written()).toEqual([ENQ, EOT]);
});

test("a question on a line that was not answered is written down, so that its answer is no payment's", async () => {
  const clock = new VirtualClock();
  const journal = memoryJournal();
  const ends: SerialFarEnd[] = [];
  const far = farEnd((connection) => void ends.push(serialTerminal(connection, clock, () => undefined)), {
    carrier: "serial",
  });
  const found = await probed(far, clock, { journal });
  expect(found).toMatchObject({ answered: true, dialect: "unknown", tags: "silence" });
  expect(await journal.entries()).toMatchObject([{ kind: "question", action: "identification" }]);
  const terminal = openTerminal({
    connector: far,
    register: REGISTER,
    clock,
    journal,
    ...found,
    dialect: "v3",
  });
  const paying = terminal.pay({ amount: money(1250, "EUR"), key: "a" });
  await clock.advance(1_000);
  ends.at(-1)?.deliver("CZ0040300CA00201AE00201AF00209");
  await clock.advance(1_000);
  expect(await paying).toMatchObject({ outcome: "unknown", doubt: "contradiction" });
});

test("one that was answered is not kept", async () => {
  const clock = new VirtualClock();
  const journal = memoryJournal();
  const far = farEnd((connection) => linked(connection, clock, { to: () => IDENTITY }), {
    carrier: "serial",
  });
  expect(await probed(far, clock, { journal })).toMatchObject(FOUND);
  expect(await journal.entries()).toEqual([]);
});
