/** A terminal that says "not done" without a clear cause: somebody has to look at it, and that is not forgotten. */
import { expect, test } from "vitest";
import { ConcertError } from "../errors.ts";
import { bench, EUR, REFUSAL, type Bench } from "../testing/bench.ts";
import { answering, farEnd } from "../testing/far-end.ts";
import { openTerminal } from "./terminal.ts";

const UNCLEAR = "CZ0040300AE00201AF00207";

async function paidWith(answer: string): Promise<Bench> {
  const made = bench(farEnd(answering(answer)));
  const paying = made.terminal.pay({ amount: EUR(2500), key: "a" });
  await made.clock.advance(1_000);
  await paying;
  return made;
}

test("is asked for again when the payment is looked up later, and by the same key", async () => {
  const { terminal, journal } = await paidWith(UNCLEAR);
  expect(await journal.entries()).toMatchObject([{ outcome: "failed", checkTerminal: true }]);
  expect(await terminal.recorded("a")).toMatchObject({ outcome: "failed", checkTerminal: true });
  expect(await terminal.pay({ amount: EUR(2500), key: "a" })).toMatchObject({
    outcome: "failed",
    checkTerminal: true,
  });
  expect(await terminal.pending()).toEqual([]);
});

test.each(["approved", "failed"] as const)(
  "is answered once, by a person who saw it: %s",
  async (outcome) => {
    const { terminal, journal } = await paidWith(UNCLEAR);
    await terminal.settle("a", { outcome, by: "Ada" });
    const [entry] = await journal.entries();
    expect(entry).toMatchObject({ outcome, settledBy: { by: "person", who: "Ada" } });
    expect(entry).not.toHaveProperty("checkTerminal");
    expect(await terminal.recorded("a")).toMatchObject({ outcome });
    const again = terminal.settle("a", { outcome: "approved", by: "Bob" });
    await expect(again).rejects.toMatchObject({ code: "WRONG_STATE", reason: "settled" });
  },
);

test("a clear refusal cannot be settled otherwise", async () => {
  const { terminal } = await paidWith(REFUSAL);
  const error = await terminal
    .settle("a", { outcome: "approved", by: "Ada" })
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ConcertError);
  expect(error).toMatchObject({ code: "WRONG_STATE", reason: "settled" });
});

test("what was recorded for another terminal is found under its key", async () => {
  const { journal, clock } = await paidWith(UNCLEAR);
  const other = openTerminal({
    connector: { ...farEnd(), id: "counter-2" },
    register: { number: "01", identifier: "012345678901" },
    journal,
    clock,
  });
  expect(await other.recorded("a")).toMatchObject({ outcome: "failed", checkTerminal: true });
});
