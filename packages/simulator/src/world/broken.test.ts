import { describe, expect, test } from "vitest";
import { asksAgain, recordsTooLate, takesAnyAnswer } from "../testing/broken-registers.ts";
import { replay, runWorld, type Sabotage } from "./index.ts";

const BROKEN: readonly (readonly [what: string, Sabotage, accusation: RegExp])[] = [
  ["that asks again when no answer came", asksAgain, /charged 2 times/],
  [
    "that takes an answer to another payment for its own",
    takesAnyAnswer,
    /called approved, never charged|called approved for \d+, charged/,
  ],
  [
    "that sends before the journal has it",
    recordsTooLate,
    /charged, and the register's last word is not-sent/,
  ],
];

const FIRST_SEED = 1;
const WITHIN_WORLDS = 2_000;

describe("the simulation, looking at the money alone,", () => {
  test.each(BROKEN)(
    "catches a register %s",
    async (_what, sabotage, accusation) => {
      let caught: number | undefined;
      for (let seed = FIRST_SEED; caught === undefined && seed < FIRST_SEED + WITHIN_WORLDS; seed += 1) {
        const { violations } = await runWorld({ seed, sabotage, moneyOnly: true });
        if (violations.some((violation) => accusation.test(violation))) caught = seed;
      }
      expect(caught, "a seed that shows it").toBeDefined();
      const story = await replay({ seed: caught ?? 0, sabotage, moneyOnly: true });
      expect(story).toMatch(accusation);
      expect(story).toContain(`npm run simulate -- --replay ${caught}`);
      expect(story.split("\n").length).toBeLessThanOrEqual(40);
    },
    240_000,
  );
});
