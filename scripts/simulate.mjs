// `npm run simulate -- --worlds N --seed S`: many worlds of the deterministic simulation on all cores.
// `npm run simulate -- --replay SEED`: the story of one. See docs/simulation.md.
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import {
  addTally,
  describeTally,
  newTally,
  replay,
  runWorlds,
} from "../packages/simulator/dist/world/index.js";

/** Worlds given to a core at a time. */
const CHUNK = 500;
const MOST_FAILURES = 20;

if (isMainThread) await main();
else parentPort.on("message", async (chunk) => parentPort.postMessage(await runWorlds(chunk)));

async function main() {
  const { worlds, seed, replayed, whole } = readArguments();
  if (replayed !== undefined) {
    const story = await replay({ seed: replayed }, whole);
    console.log(story);
    process.exitCode = story.includes("VIOLATION") ? 1 : 0;
    return;
  }
  const started = performance.now();
  const tally = newTally();
  const failures = [];
  let next = seed;
  const end = seed + worlds;
  const takeChunk = () => {
    if (next >= end || failures.length >= MOST_FAILURES) return undefined;
    const firstSeed = next;
    next = Math.min(end, next + CHUNK);
    return { firstSeed, worlds: next - firstSeed, mostFailures: CHUNK };
  };
  let shown = started;
  const done = (run) => {
    addTally(tally, run.tally);
    failures.push(...run.failures);
    for (const { seed: failed, violations } of run.failures) console.log(`seed ${failed}: ${violations[0]}`);
    if (performance.now() - shown < 30_000) return;
    shown = performance.now();
    console.log(
      `${tally.worlds} worlds after ${Math.round((shown - started) / 1000)} s, ${failures.length} failures`,
    );
  };
  await Promise.all(Array.from({ length: availableParallelism() }, () => work(takeChunk, done)));
  console.log(describeTally(tally, (performance.now() - started) / 1000));
  failures.sort((a, b) => a.seed - b.seed);
  if (failures.length > 0) console.log(await replay({ seed: failures[0].seed }));
  console.log(failures.length === 0 ? "no failure" : `${failures.length} worlds failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}

/** One core: chunk after chunk until there are none. */
function work(takeChunk, done) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url));
    const give = () => {
      const chunk = takeChunk();
      if (chunk !== undefined) return worker.postMessage(chunk);
      void worker.terminate();
      resolve();
    };
    worker.on("error", reject);
    worker.on("message", (run) => {
      done(run);
      give();
    });
    give();
  });
}

function readArguments() {
  const usage = "usage: npm run simulate -- [--worlds N] [--seed S] | --replay SEED [--whole]";
  const number = (name, text, least) => {
    const value = Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= 0xffff_ffff) return value;
    console.error(`--${name} must be a whole number from ${least} to 4294967295; got ${text}\n${usage}`);
    return process.exit(2);
  };
  try {
    const { values } = parseArgs({
      options: {
        worlds: { type: "string", default: "20000" },
        seed: { type: "string", default: "1" },
        replay: { type: "string" },
        whole: { type: "boolean", default: false },
      },
    });
    return {
      worlds: number("worlds", values.worlds, 1),
      seed: number("seed", values.seed, 0),
      replayed: values.replay === undefined ? undefined : number("replay", values.replay, 0),
      whole: values.whole,
    };
  } catch (error) {
    console.error(`${error.message}\n${usage}`);
    return process.exit(2);
  }
}
