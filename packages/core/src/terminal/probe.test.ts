import { describe, expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import { SerialLink } from "../link/serial-link.ts";
import type { LinkInput } from "../link/link.ts";
import { describeLine, LINE_7E1, LINE_8N1, LINE_PRESETS } from "../link/line-settings.ts";
import { probe, type ProbeResult } from "./probe.ts";
import { openTerminal } from "./terminal.ts";
import { answering, farEnd, latin1, textOf, type FarConnection, type FarEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";

const REGISTER = { number: "01", identifier: "012345678901" };
const IDENTITY = "CZ0040301CJ012330538600404CA00201CD001IAE00210";
const ENQ = "\u0005";
const ACK = "\u0006";

async function probed(far: FarEnd): Promise<ProbeResult> {
  const clock = new VirtualClock();
  const probing = probe({ connector: far, register: REGISTER, clock });
  const settled = probing.catch(() => undefined);
  for (let second = 0; second < 120; second += 1) await clock.advance(1_000);
  await settled;
  return probing;
}

/** A terminal with a real link at the far end of a line. */
function linked(
  connection: FarConnection,
  clock: VirtualClock,
  answer: (request: string) => string | undefined,
): void {
  const link = new SerialLink({ role: "terminal" });
  let cancel = (): void => undefined;
  const push = (input: LinkInput): void => {
    for (const output of link.step(input, clock.now())) {
      if (output.type === "write") {
        connection.say(textOf(output.bytes));
        push({ type: "written" });
      }
      if (output.type === "message") {
        const text = answer(textOf(output.data));
        if (text !== undefined) push({ type: "send", data: latin1(text) });
      }
    }
    cancel();
    if (link.deadline !== undefined)
      cancel = clock.setTimer(link.deadline, () => push({ type: "tick" })) as () => void;
  };
  connection.onWrite = (text) => push({ type: "bytes", bytes: latin1(text) });
}

describe("over IP", () => {
  test("a V3 terminal is found by its identification", async () => {
    const far = farEnd(answering(IDENTITY));
    expect(await probed(far)).toEqual({
      answered: true,
      dialect: "v3",
      framing: "stream",
      version: "0301",
      identifier: "330538600404",
    });
    expect(far.written()).toEqual(["CZ0040300CJ012012345678901CA00201CD001I"]);
  });

  test("a terminal that answers ENQ and no tags speaks V2", async () => {
    const far = farEnd((connection) => {
      connection.onWrite = (text) => {
        if (text === ENQ) connection.say(ACK);
      };
    });
    expect(await probed(far)).toEqual({ answered: true, dialect: "v2", framing: "serial" });
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
  test("settings are tried in turn until ENQ is answered, then CD=I tells V3", async () => {
    const clock = new VirtualClock();
    const far = farEnd(
      (connection) => {
        if (connection.options.line?.parity !== "even") return;
        linked(connection, clock, (request) => (request.includes("CD001I") ? IDENTITY : undefined));
      },
      { carrier: "serial" },
    );
    const probing = probe({ connector: far, register: REGISTER, clock });
    for (let second = 0; second < 60; second += 1) await clock.advance(1_000);
    expect(await probing).toMatchObject({ answered: true, dialect: "v3", framing: "serial", line: LINE_7E1 });
    expect(far.connections.map(({ options }) => options.line?.parity)).toEqual(["none", "even", "even"]);
  });

  test("every setting is tried once, with one ENQ, and all in thirteen seconds", async () => {
    const clock = new VirtualClock();
    const far = farEnd(undefined, { carrier: "serial" });
    const probing = probe({ connector: far, register: REGISTER, clock });
    await clock.advance(13_000);
    expect(await probing).toMatchObject({ answered: false, tried: { length: 12 } });
    expect(far.connections.map(({ options }) => describeLine(options.line ?? LINE_8N1))).toEqual(
      LINE_PRESETS.map(describeLine),
    );
    for (const { written } of far.connections) expect(written).toEqual([ENQ, "\u0004"]);
  });

  test.each(LINE_PRESETS.map((line) => [describeLine(line), line] as const))(
    "a V3 terminal set to %s is found",
    async (text, line) => {
      const clock = new VirtualClock();
      const far = farEnd(
        (connection) => {
          if (describeLine(connection.options.line ?? LINE_8N1) !== text) return;
          linked(connection, clock, (request) => (request.includes("CD001I") ? IDENTITY : undefined));
        },
        { carrier: "serial" },
      );
      const probing = probe({ connector: far, register: REGISTER, clock });
      for (let second = 0; second < 60; second += 1) await clock.advance(1_000);
      expect(await probing).toMatchObject({ answered: true, dialect: "v3", line });
    },
  );

  test("settings that make no sense are refused by name", async () => {
    const far = farEnd(undefined, { carrier: "serial" });
    await expect(
      probe({ connector: far, register: REGISTER, lines: [LINE_8N1, { ...LINE_8N1, baudRate: 300 }] }),
    ).rejects.toMatchObject({ code: "BAD_REQUEST", field: "lines[1].baudRate" });
  });

  test("no question ever carries an amount", async () => {
    const far = farEnd(
      (connection) => {
        connection.onWrite = () => connection.say(ACK);
      },
      { carrier: "serial" },
    );
    expect(await probed(far)).toMatchObject({ dialect: "v2", line: LINE_8N1 });
    expect(far.connections[0]?.written).toEqual([ENQ, "\u0004"]);
    expect(far.connections[1]?.written[1]).toBe("\u0002CZ0040300CJ012012345678901CA00201CD001I\u0003Y");
  });
});

test("identify() of a V2 terminal is ENQ, ACK, EOT and no frame", async () => {
  const clock = new VirtualClock();
  const far = farEnd((connection) => linked(connection, clock, () => undefined), { carrier: "serial" });
  const terminal = openTerminal({ connector: far, register: REGISTER, dialect: "v2-e+", clock });
  const asked = terminal.identify();
  await clock.advance(1_000);
  expect(await asked).toMatchObject({ done: true });
  expect(far.written()).toEqual([ENQ, "\u0004"]);
});
