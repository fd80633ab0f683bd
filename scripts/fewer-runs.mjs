/**
 * For `npm run mutate`: as few cases of each property as where vitest.mutate.config.ts replaces a number.
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 30 });
