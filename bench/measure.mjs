/** Measuring without a framework: interleaved rounds in one process, medians. */

/** Keeps results alive, so that nothing measured is optimised away. */
let sink = 0;

/**
 * Measures subjects against each other: in each of `rounds` short rounds every subject has its turn, so that a slow
 * moment of the machine hits all alike.
 *
 * @returns `time(name)`, the median in nanoseconds a call, and `ratio(name, baseline)`, the median of the rounds'
 * own ratios
 */
export function measure(subjects, { rounds = 41, roundMs = 5 } = {}) {
  const names = Object.keys(subjects);
  const calls = new Map(names.map((name) => [name, calibrate(subjects[name], roundMs)]));
  const samples = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) samples.get(name).push(time(subjects[name], calls.get(name)));
  return {
    time: (name) => median(samples.get(name)),
    ratio: (name, baseline) =>
      median(samples.get(name).map((sample, round) => sample / samples.get(baseline)[round])),
  };
}

/** Warms a subject up for ten rounds' time, and finds how many calls fill a round. */
function calibrate(subject, roundMs) {
  let calls = 1_000;
  for (;;) {
    const elapsedMs = (time(subject, calls) * calls) / 1e6;
    if (elapsedMs >= roundMs * 10) return Math.ceil((calls * roundMs) / elapsedMs);
    calls *= 4;
  }
}

/** Nanoseconds a call. */
function time(subject, calls) {
  const start = process.hrtime.bigint();
  for (let call = 0; call < calls; call += 1) sink += subject(call) === undefined ? 1 : 0;
  return Number(process.hrtime.bigint() - start) / calls;
}

function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

/** A table with a column for each heading, numbers to the right. */
export function table(headings, rows) {
  const cells = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const pad = (cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]));
  return cells.map((row) => `  ${row.map(pad).join("  ")}`).join("\n");
}
