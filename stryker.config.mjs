/**
 * Mutation testing of what decides about money and of the wire: `npm run mutate`. Not part of `npm test`.
 * @type {import("@stryker-mutator/api/core").PartialStrykerOptions}
 */
export default {
  packageManager: "pnpm",
  plugins: ["@stryker-mutator/vitest-runner", "./scripts/stryker-words.mjs"],
  testRunner: "vitest",
  vitest: { configFile: "vitest.mutate.config.ts", related: false },
  coverageAnalysis: "perTest",
  mutate: [
    "packages/core/src/payment/{judge,readable,reasons,transaction,late,facts,request,money}.ts",
    "packages/core/src/link/**/*.ts",
    "packages/core/src/codec/**/*.ts",
    "!**/*.test.ts",
    // Data, not decisions: rows generated from ISO 4217, and rows that a test compares with the printed tag table.
    "!packages/core/src/codec/currencies.data.ts",
    "!packages/core/src/codec/dictionary/*.ts",
    // Prints the table for docs/serial-link.md; a test compares the two.
    "!packages/core/src/link/serial-table-markdown.ts",
  ],
  ignorers: ["words"],
  // Copied for each worker: core and what its tests read. Other packages only as far as tsconfig.json refers to them.
  ignorePatterns: [
    "dist",
    "docs",
    "reports",
    ".stryker-tmp",
    "packages/*/src",
    "!packages/core/src",
    "test",
    "bench",
    "vite.config.ts",
  ],
  concurrency: 2,
  incremental: true,
  incrementalFile: "reports/mutation/incremental.json",
  reporters: ["clear-text", "progress-append-only", "html", "json"],
  clearTextReporter: { logTests: false, allowColor: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
