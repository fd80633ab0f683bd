/** Measuring without a framework: interleaved rounds in one process, medians. */

/** Keeps results alive, so that nothing measured is optimised away. */
let sink = 0;

/**
 * Time of each subject in nanoseconds a call: the median of `rounds` rounds, in each of which every subject has its
 * turn, so that a slow moment of the machine hits all alike.
 */
export function measure(subjects, { rounds = 15, roundMs = 20 } = {}) {
  const names = Object.keys(subjects);
  const calls = new Map(names.map((name) => [name, calibrate(subjects[name], roundMs)]));
  const samples = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    for (const name of names) samples.get(name).push(time(subjects[name], calls.get(name)));
  return Object.fromEntries(names.map((name) => [name, median(samples.get(name))]));
}

/** Warms a subject up, and finds how many calls fill a round. */
function calibrate(subject, roundMs) {
  let calls = 1_000;
  for (;;) {
    const perCall = time(subject, calls);
    const wanted = Math.ceil((roundMs * 1e6) / perCall);
    if (calls >= wanted) return wanted;
    calls = Math.min(wanted, calls * 10);
  }
}

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
  return cells
    .map((row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))),
    )
    .map((row) => `  ${row.join("  ")}`)
    .join("\n");
}
