import { expect, test } from "vitest";
import { Transaction } from "./transaction.ts";

test("a hidden page, whose timers come a minute late each time, still ends the wait", () => {
  const transaction = new Transaction({ answerWithinMs: 180_000, classify: () => "answer" });
  transaction.resume(0);
  let ticks = 0;
  for (let now = 240_000; transaction.result === undefined && ticks < 100; now += 61_000) {
    transaction.tick(now);
    ticks += 1;
  }
  expect(transaction.result).toMatchObject({ kind: "doubt", doubt: "silence" });
  expect(ticks).toBe(4);
});
