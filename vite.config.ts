import { availableParallelism } from "node:os";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { chromiumFlags, findQuickChromium } from "./scripts/chromium.mjs";

/** Packages resolve to their sources, so tests and the dev server need no build. */
const conditions = ["@concert-pay/source"];
const resolve = { conditions: [...conditions, "module", "browser", "development|production"] };
const ssr = { resolve: { conditions: [...conditions, "module", "node", "development|production"] } };

const chromium = findQuickChromium();

/**
 * How long a test waits for what comes by itself, in milliseconds. Far beyond what it takes: nothing is decided by how
 * fast a machine is.
 */
const poll = { timeout: 20_000, interval: 20 };

/** One process is left to itself on a machine of two: Vitest's own waits. */
const workers = Math.max(2, availableParallelism() - 1);

/** Suffixes say where a test runs: `.test` Node, `.browser.test` Chromium, `.neutral.test` both. */
const node: TestProjectInlineConfiguration = {
  ssr,
  test: {
    name: "node",
    sequence: { groupOrder: 0 },
    maxWorkers: workers,
    // Files leave nothing behind, and loading everything anew for each takes longer than most of them.
    isolate: false,
    include: ["packages/*/src/**/*.test.ts", "test/{node,neutral}/**/*.test.ts"],
    exclude: ["**/*.browser.test.ts"],
    setupFiles: ["scripts/fixed-seed.mjs"],
    testTimeout: 30_000,
    expect: { poll },
  },
};

const browser: TestProjectInlineConfiguration = {
  resolve,
  test: {
    name: "chromium",
    sequence: { groupOrder: 1 },
    setupFiles: ["scripts/fixed-seed.mjs"],
    testTimeout: 30_000,
    expect: { poll },
    include: ["packages/*/src/**/*.{browser,neutral}.test.ts", "test/neutral/**/*.test.ts"],
    browser: {
      enabled: true,
      headless: true,
      screenshotFailures: false,
      provider: playwright({ launchOptions: { executablePath: chromium ?? "", args: chromiumFlags } }),
      instances: [{ browser: "chromium" }],
    },
  },
};

/** The built demo, real sockets, real browsers, real serial lines. Two files at a time: most of it is waiting. */
const endToEnd: TestProjectInlineConfiguration = {
  ssr,
  test: {
    name: "end-to-end",
    sequence: { groupOrder: 2 },
    include: ["test/e2e/**/*.test.ts"],
    globalSetup: ["test/e2e/build-demo.ts"],
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll },
  },
};

export default defineConfig({
  root: process.env["VITEST"] ? "." : "packages/demo",
  resolve,
  build: { outDir: "dist", emptyOutDir: true, target: "es2022" },
  test: { projects: chromium === undefined ? [node] : [node, browser, endToEnd] },
});
