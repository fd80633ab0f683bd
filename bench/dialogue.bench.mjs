/** A whole V3 debit over a serial line at 9600 baud, beside the time its bytes and turnarounds take on the wire. */
import { money, systemClock } from "../packages/core/dist/index.js";
import { table } from "./measure.mjs";
import { exactClock, pacedLine, virtualClock } from "./paced-line.mjs";

const BAUD_RATE = 9_600;
/** Goal: what the register adds to the wire's own time. */
const GOAL = 1.05;
/** Real time is at the mercy of the machine: its fastest round shows what the register itself adds. */
const ROUNDS = 9;

export const title = "V3 debit at 9600 baud";

export async function run() {
  const clock = virtualClock();
  const [inVirtualTime] = await debits({ registerClock: clock, lineClock: clock }, 1);
  const inRealTime = await debits({ registerClock: systemClock(), lineClock: exactClock() }, ROUNDS);
  return table(
    ["clock", "bytes", "turnarounds", "wire", "payment", `ratio (goal ${GOAL})`],
    [
      row("virtual", inVirtualTime),
      row(`real, fastest of ${ROUNDS}`, inRealTime[0]),
      row(`real, median of ${ROUNDS}`, inRealTime[Math.floor(ROUNDS / 2)]),
    ],
  );
}

function row(name, { bytesSent, turnarounds, wireMs, tookMs, ratio }) {
  return [
    name,
    String(bytesSent),
    String(turnarounds),
    `${wireMs.toFixed(1)} ms`,
    `${tookMs.toFixed(1)} ms`,
    `${ratio.toFixed(3)}${ratio > GOAL ? " (over)" : ""}`,
  ];
}

/** Each from the call of `pay` to its outcome, the card being there already. The fastest comes first. */
async function debits(clocks, rounds) {
  const { terminal, simulator, wire } = pacedLine({ baudRate: BAUD_RATE, ...clocks });
  const { now } = clocks.registerClock;
  const amount = money(1_590, "EUR");
  // The line is opened, and the code warm.
  await terminal.pay({ amount });
  const samples = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = wire();
    const begin = now();
    const { outcome } = await terminal.pay({ amount });
    const tookMs = now() - begin;
    if (outcome !== "approved") throw new Error(`the payment is ${outcome}, not approved`);
    const { bytesSent, turnarounds, ms } = wire();
    const wireMs = ms - before.ms;
    samples.push({
      bytesSent: bytesSent - before.bytesSent,
      turnarounds: turnarounds - before.turnarounds,
      wireMs,
      tookMs,
      ratio: tookMs / wireMs,
    });
  }
  await terminal.close();
  if (simulator.ledger.length !== rounds + 1) throw new Error("the ledger does not show every payment once");
  return samples.toSorted((a, b) => a.ratio - b.ratio);
}
