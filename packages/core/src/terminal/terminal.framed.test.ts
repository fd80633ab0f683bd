/** Over IP in frames (V2), a terminal bids for each answer: what it delivers may be to an earlier sale. */
import { expect, test } from "vitest";
import { encodeV2Response } from "../codec/v2/response.ts";
import { money } from "../payment/money.ts";
import type { Outcome } from "../payment/outcome.ts";
import { REGISTER, serialTerminal, type SerialFarEnd } from "../testing/bench.ts";
import { farEnd, textOf } from "../testing/far-end.ts";
import { VirtualClock } from "../testing/virtual-clock.ts";
import { openTerminal } from "./terminal.ts";

const answer = (stat: string, amount: number): string =>
  textOf(
    encodeV2Response({ register: "01", stat, amount, mode: "1", currency: "978", private: " ".repeat(10) }),
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
