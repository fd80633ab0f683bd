import { describe, expect, test } from "vitest";
import { asksAgain, recordsTooLate, takesAnyAnswer } from "../testing/broken-registers.ts";
import { replay, runWorlds, type Sabotage } from "./index.ts";

const BROKEN: readonly (readonly [what: string, Sabotage, accusation: RegExp])[] = [
  ["that asks again when no answer came", asksAgain, /takes it|charged 2 times|yet charged/],
  ["that takes an answer to another payment for its own", takesAnyAnswer, /called approved|yet charged/],
  ["that sends before the journal has it", recordsTooLate, /while the journal says|yet charged/],
];

/** Where a person would begin to look for a fault. */
const FIRST_SEED = 1;
const WITHIN_WORLDS = 2_000;

describe("the simulation", () => {
  test.each(BROKEN)(
    "catches a register %s",
    async (_what, sabotage, accusation) => {
      const { failures } = await runWorlds({ firstSeed: FIRST_SEED, worlds: WITHIN_WORLDS, sabotage });
      expect(failures[0]?.violations[0]).toMatch(accusation);
      const story = await replay(failures[0]?.seed ?? 0, sabotage);
      expect(story.split("\n").length).toBeLessThanOrEqual(40);
      expect(story).toContain(`npm run simulate -- --replay ${failures[0]?.seed}`);
    },
    60_000,
  );
});
