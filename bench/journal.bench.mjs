/** The journal of a till that keeps its history: what a payment's readings cost, beside one reading of the whole log. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryPayload } from "../packages/web-journal/dist/entry-fields.js";
import { SlotLog } from "../packages/web-journal/dist/slot-log.js";
import { openFiles, openJournal } from "./journal-on-disk.mjs";
import { table } from "./measure.mjs";

const SETTLED = 50_000;
const ROUNDS = 9;
/** Goals: parts of a whole reading. */
const GOALS = { "after one append": 0.02, unchanged: 0.005 };

export const title = `Journal of ${SETTLED} settled payments`;

export async function run() {
  const folder = mkdtempSync(join(tmpdir(), "journal-"));
  try {
    const now = Date.now();
    const history = Array.from({ length: SETTLED }, (_, index) =>
      sale(new Date(now - (SETTLED - index) * 60_000)),
    );
    new SlotLog().replace(openFiles(folder), history.map(entryPayload), undefined);
    const size = statSync(join(folder, "bench.0.journal")).size;
    const samples = await measured(folder);
    const rows = Object.keys(samples[0]).map((name) => row(name, samples));
    return `  ${(size / 1e6).toFixed(1)} MB\n\n${table(["reading", "time", "ratio", "goal"], rows)}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In each round every reading has its turn, so that a slow moment of the machine hits all alike. */
async function measured(folder) {
  const journal = await openJournal(folder);
  const samples = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const whole = await timed(async () => (await openJournal(folder)).entries());
    await journal.record(sale(new Date()));
    const appended = await timed(() => journal.entries());
    samples.push({ whole, "after one append": appended, unchanged: await timed(() => journal.entries()) });
  }
  const found = await journal.entries();
  if (found.length !== SETTLED + ROUNDS) throw new Error(`the journal shows ${found.length} payments`);
  return samples;
}

function row(name, samples) {
  const ratio = median(samples.map((sample) => sample[name] / sample.whole));
  const goal = GOALS[name];
  const time = `${median(samples.map((sample) => sample[name])).toFixed(2)} ms`;
  if (goal === undefined) return [name, time, "1", ""];
  return [name, time, ratio.toFixed(5), `${goal}${ratio > goal ? " (over)" : ""}`];
}

async function timed(call) {
  const begin = performance.now();
  await call();
  return performance.now() - begin;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function sale(at) {
  const time = at.toISOString();
  return {
    kind: "payment",
    key: randomUUID(),
    action: "debit",
    amount: 1_590,
    currency: "EUR",
    register: "01",
    terminal: "bridge:counter-1",
    exchange: randomUUID(),
    dialect: "v3",
    state: "settled",
    outcome: "approved",
    settledBy: { by: "terminal", how: "answer" },
    times: { intended: time, sending: time, settled: time },
    authorisation: "184117",
    application: "00B",
    reading: "2",
  };
}
