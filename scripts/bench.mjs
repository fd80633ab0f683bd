/**
 * Runs every bench/*.bench.mjs in order of name, each as `{ title, run }` where `run` returns (or promises) the
 * report to print. The packages must be built: `npm run bench` does.
 */
import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

const folder = new URL("../bench/", import.meta.url);
const files = readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith(".bench.mjs"));

console.log(`Node ${process.version}; medians, subjects interleaved\n`);
for (const file of files.toSorted()) {
  const { title, run } = await import(new URL(file, folder).href);
  console.log(`${title} (bench/${file})\n`);
  console.log(`${await run()}\n`);
}
