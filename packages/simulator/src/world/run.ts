/**
 * Many worlds one after the other, and what to show of them.
 * @module
 */
import { oneScreen } from "./log.ts";
import type { Sabotage } from "./page.ts";
import { addTally, FAULTS, newTally, WORDS, type Tally } from "./tally.ts";
import { runWorld } from "./world.ts";

export interface Failure {
  readonly seed: number;
  readonly violations: readonly string[];
}

export interface Run {
  readonly tally: Tally;
  readonly failures: readonly Failure[];
}

export interface RunOptions {
  readonly firstSeed: number;
  readonly worlds: number;
  /** Stop after so many failures. Default 1. */
  readonly mostFailures?: number;
  readonly sabotage?: Sabotage;
}

/** Runs the worlds of consecutive seeds. */
export async function runWorlds({ firstSeed, worlds, mostFailures = 1, sabotage = {} }: RunOptions): Promise<Run> {
  const tally = newTally();
  const failures: Failure[] = [];
  for (let seed = firstSeed; seed < firstSeed + worlds && failures.length < mostFailures; seed += 1) {
    const end = await runWorld({ seed, sabotage });
    addTally(tally, end.tally);
    if (end.violations.length > 0) failures.push({ seed, violations: end.violations });
  }
  return { tally, failures };
}

/** The story of a world on one screen, and how to see it again. */
export async function replay(seed: number, sabotage: Sabotage = {}, whole = false): Promise<string> {
  const { trace, violations } = await runWorld({ seed, trace: true, sabotage });
  return [
    ...(whole ? trace : oneScreen(trace)),
    ...violations.map((violation) => `VIOLATION ${violation}`).slice(0, 3),
    `again: npm run simulate -- --replay ${seed}`,
  ].join("\n");
}

/** What happened in a run, for people. */
export function describeTally(tally: Tally, seconds: number): string {
  const list = (counts: Readonly<Record<string, number>>, names: readonly string[]): string =>
    names.map((name) => `  ${String(counts[name] ?? 0).padStart(9)}  ${name}`).join("\n");
  return [
    `${tally.worlds} worlds, ${tally.steps} events, ${tally.charges} charges, ${seconds.toFixed(1)} s (${Math.round(tally.worlds / seconds)} worlds a second)`,
    "settings:",
    list(tally.carriers, Object.keys(tally.carriers).sort()),
    "faults:",
    list(tally.faults, FAULTS),
    "words of the register:",
    list(tally.words, WORDS),
  ].join("\n");
}
