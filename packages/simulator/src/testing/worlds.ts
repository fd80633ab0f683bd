/**
 * A share of the worlds that every test run goes through. Each is in a file of its own, so that all cores have work.
 * @module
 */
import { describe, expect, test } from "vitest";
import { describeTally, FAULTS, replay, runWorlds, WORDS } from "../world/index.ts";

/** Five of these make the 20,000 worlds of `npm test`. */
const WORLDS = 4_000;
/** Far more than it takes alone on one slow core. */
const WITHIN_MS = 240_000;

export function describeShare(share: number): void {
  const firstSeed = share * WORLDS;
  describe(`worlds of the seeds ${firstSeed} to ${firstSeed + WORLDS - 1}`, () => {
    test(
      "the register's word agrees with the terminal's ledger in every one, whatever went wrong",
      async () => {
        const started = performance.now();
        const { tally, failures } = await runWorlds({ firstSeed, worlds: WORLDS });
        const [failed] = failures;
        if (failed !== undefined)
          expect.fail(`${failed.violations[0]}\n${await replay({ seed: failed.seed })}`);
        expect(tally.worlds).toBe(WORLDS);
        const summary = describeTally(tally, (performance.now() - started) / 1_000);
        for (const fault of FAULTS) expect(tally.faults[fault], `${fault}\n${summary}`).toBeGreaterThan(0);
        for (const word of WORDS) expect(tally.words[word], `${word}\n${summary}`).toBeGreaterThan(0);
        expect(Object.keys(tally.carriers)).toHaveLength(11);
        console.log(summary.split("\n")[0]);
      },
      WITHIN_MS,
    );
  });
}
