/**
 * The same cases of every property in every run, so that a run says something of the code and nothing of luck.
 * `CONCERT_SEED=7 npm test` tries others.
 * @module
 */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(globalThis.process?.env.CONCERT_SEED ?? 20_260_101) });
