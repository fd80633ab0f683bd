/** A terminal, or a fault of the line, that bids (ENQ) and withdraws (EOT) without end. */
import { describe, expect, test } from "vitest";
import { memoryJournal } from "../ports/journal.ts";
import { EUR, REGISTER } from "../testing/bench.ts";
import { farEnd, type FarEnd } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { openTerminal } from "./terminal.ts";

/** Every so many milliseconds ENQ, and EOT so long after it. */
function bidding(clock: VirtualClock, everyMs: number, afterMs: number): FarEnd {
  return farEnd(
    (connection) => {
      const bid = (): void => {
        connection.say("\u0005");
        clock.setTimer(clock.now() + afterMs, () => connection.say("\u0004"));
        clock.setTimer(clock.now() + everyMs, bid);
      };
      bid();
    },
    { carrier: "serial" },
  );
}

/** How a payment ends within three minutes. */
async function paid(clock: VirtualClock, terminal: ReturnType<typeof openTerminal>): Promise<unknown> {
  let ended: unknown;
  const end = (how: unknown): void => void (ended = how);
  terminal.pay({ amount: EUR(1250) }).then(end, end);
  await clock.advance(180_000);
  return ended;
}

describe.each([
  [300, 200],
  [500, 400],
  [900, 50],
  [1_500, 1_490],
])("every %i ms, withdrawn after %i", (everyMs, afterMs) => {
  test("a payment is not sent, and not waited for without end", async () => {
    const clock = new VirtualClock();
    const connector = bidding(clock, everyMs, afterMs);
    const journal = memoryJournal();
    const terminal = openTerminal({ connector, register: REGISTER, clock, journal });
    const ended = await paid(clock, terminal);
    expect(ended).toMatchObject({ code: "REFUSED" });
    expect(await journal.entries()).toMatchObject([{ state: "settled", outcome: "not-sent" }]);
  });

  test("nor where the line is open already", async () => {
    const clock = new VirtualClock();
    const connector = bidding(clock, everyMs, afterMs);
    const time = new Date(clock.wallTime()).toISOString();
    const journal = memoryJournal([
      {
        kind: "payment",
        key: "old",
        action: "debit",
        amount: 5,
        currency: "EUR",
        register: "01",
        terminal: connector.id,
        exchange: "x",
        dialect: "v3",
        state: "unknown",
        times: { sending: time, unknown: time },
      },
    ]);
    const terminal = openTerminal({ connector, register: REGISTER, clock, journal });
    const recovering = terminal.recover("old");
    await clock.advance(60_000);
    await recovering;
    await terminal.settle("old", { outcome: "failed", by: "Anne" });
    for (let wait = 0; wait < 5; wait += 1) {
      await clock.advance(37 * wait);
      expect(await paid(clock, terminal)).toMatchObject({ code: "REFUSED" });
    }
  });
});
