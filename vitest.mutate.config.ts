/**
 * The tests that Stryker runs against each mutant (`npm run mutate`): those of the layers it mutates, in one plain
 * Node project, without the two files that walk through every fault at every position. Those take longer than all the
 * others together, and what they find, the others must find too.
 * @module
 */
import { defineConfig } from "vitest/config";

/** Fewer cases for each property: Stryker repeats each test for each mutant that it covers. */
const RUNS = 30;

export default defineConfig({
  plugins: [
    {
      name: "fewer-runs",
      enforce: "pre",
      transform: (code, id) =>
        id.endsWith(".test.ts") ? code.replace(/numRuns: [\d_]+/g, `numRuns: ${RUNS}`) : undefined,
    },
  ],
  ssr: {
    resolve: { conditions: ["@concert-pay/source", "module", "node", "development|production"] },
  },
  test: {
    include: ["packages/core/src/{codec,link,payment}/**/*.test.ts"],
    exclude: ["**/serial-link.{faults,property}.test.ts"],
    setupFiles: ["scripts/fixed-seed.mjs", "scripts/fewer-runs.mjs"],
    // One module registry for all files of a run: half the time, and nothing in these layers keeps state between tests.
    isolate: false,
  },
});
