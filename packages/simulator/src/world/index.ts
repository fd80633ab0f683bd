/**
 * The deterministic simulation: docs/simulation.md.
 * @module
 */
export { runWorlds, replay, describeTally, type Failure, type Run, type RunOptions } from "./run.ts";
export { addTally, newTally, FAULTS, WORDS, type Tally } from "./tally.ts";
export { runWorld, type WorldEnd, type WorldOptions } from "./world.ts";
export type { Sabotage } from "./page.ts";
