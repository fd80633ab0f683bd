/**
 * Many worlds one after the other, and what to show of them.
 * @module
 */
import { oneScreen } from "./log.ts";
import type { Sabotage } from "./page.ts";
import { addTally, FAULTS, newTally, WORDS, type Tally } from "./tally.ts";
import { runWorld, type WorldOptions } from "./world.ts";

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
  /** As in `WorldOptions`. */
  readonly moneyOnly?: boolean;
}

/** Runs the worlds of consecutive seeds. */
export async function runWorlds(options: RunOptions): Promise<Run> {
  const { firstSeed, worlds, mostFailures = 1, sabotage = {}, moneyOnly = false } = options;
  const tally = newTally();
  const failures: Failure[] = [];
  for (let seed = firstSeed; seed < firstSeed + worlds && failures.length < mostFailures; seed += 1) {
    const end = await runWorld({ seed, sabotage, moneyOnly });
    addTally(tally, end.tally);
    if (end.violations.length > 0) failures.push({ seed, violations: end.violations });
  }
  return { tally, failures };
}

/** The story of a world on one screen, and how to see it again. */
export async function replay(options: WorldOptions, whole: boolean = false): Promise<string> {
  const { seed } = options;
  const { trace, violations } = await runWorld({ ...options, trace: true });
  return [
    ...(whole ? trace : oneScreen(trace)),
    ...violations.slice(0, 3).map((violation) => `VIOLATION ${violation}`.slice(0, 240)),
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
