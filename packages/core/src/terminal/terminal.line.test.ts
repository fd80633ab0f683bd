import { describe, expect, test } from "vitest";
import { LINE_7E1, LINE_8N1, type LineSettings } from "../link/line-settings.ts";
import { GENERIC } from "../payment/profiles.ts";
import type { TerminalOptions } from "../terminal-types.ts";
import { farEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { openTerminal } from "./terminal.ts";

const REGISTER = { number: "01", identifier: "012345678901" };
const ENQ = "\u0005";
const ACK = "\u0006";
const EOT = "\u0004";
/** Of an identification. */
const FRAME_BYTES = 42;
const FAST: LineSettings = { ...LINE_8N1, baudRate: 115_200 };
const SLOW: LineSettings = { ...LINE_7E1, baudRate: 1_200 };

interface Given {
  readonly connector?: LineSettings;
  readonly profile?: LineSettings;
  readonly terminal?: LineSettings;
}

/** A terminal whose settings may be said in three places, at the end of a serial line. */
function opened({ connector, profile, terminal }: Given) {
  const clock = new VirtualClock();
  const far = farEnd(
    (connection) => {
      connection.onWrite = (text) => {
        if (text === ENQ) connection.say(ACK);
      };
    },
    { carrier: "serial", ...(connector === undefined ? {} : { line: connector }) },
  );
  const options: TerminalOptions = {
    connector: far,
    register: REGISTER,
    clock,
    ...(profile === undefined ? {} : { profile: { ...GENERIC, line: profile } }),
    ...(terminal === undefined ? {} : { line: terminal }),
  };
  return { clock, far, open: () => openTerminal(options) };
}

describe("the line", () => {
  test.each<[string, Given, LineSettings]>([
    ["is set as the generic profile says", {}, LINE_8N1],
    ["is set as the profile in use says", { profile: LINE_7E1 }, LINE_7E1],
    [
      "is set as the connector was made, whatever the profile says",
      { profile: LINE_7E1, connector: FAST },
      FAST,
    ],
    [
      "is set as the terminal was opened, whatever else was said",
      { profile: LINE_7E1, connector: FAST, terminal: SLOW },
      SLOW,
    ],
  ])("%s", async (_what, given, line) => {
    const { clock, far, open } = opened(given);
    const asked = open()
      .identify()
      .catch(() => undefined);
    await clock.advance(60_000);
    await asked;
    expect(far.connections.map(({ options }) => options.line)).toEqual([line]);
  });

  test("gives a frame the time it takes at its speed before it counts as unanswered", async () => {
    for (const [terminal, more] of [
      [FAST, Math.ceil((FRAME_BYTES * 10_000) / 115_200)],
      [SLOW, Math.ceil((FRAME_BYTES * 10_000) / 1_200)],
    ] as const) {
      const { clock, far, open } = opened({ terminal });
      const asked = open()
        .identify()
        .catch(() => undefined);
      await clock.advance(10);
      expect(far.written().at(-1)).toHaveLength(FRAME_BYTES);
      await clock.advance(3_000 + more - 1);
      expect(far.written()).not.toContain(EOT);
      await clock.advance(1);
      expect(far.written()).toContain(EOT);
      await clock.advance(60_000);
      await asked;
    }
  });

  test("is refused before anything is opened where it makes no sense, by the name of who said it", () => {
    const wrong = { ...LINE_8N1, baudRate: 300 };
    for (const [given, field] of [
      [{ terminal: wrong }, "line.baudRate"],
      [{ connector: wrong }, "connector.line.baudRate"],
      [{ profile: wrong }, "profile.line.baudRate"],
    ] as const)
      expect(() => opened(given).open()).toThrow(
        expect.objectContaining({
          code: "BAD_REQUEST",
          field,
          rule: "a whole number from 1200 to 115200",
          value: "300",
        }),
      );
  });
});
