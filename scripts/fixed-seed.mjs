/**
 * The same cases in every run of `npm run mutate`, so that whether a mutant is killed depends on the tests and not on
 * luck. As many as where vitest.mutate.config.ts replaces a number.
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ seed: 20_260_101, numRuns: 30 });
