// What `npm test` runs: compiler, linter, formatter, then every test; ends with one line "N passed, N failed".
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const scratch = mkdtempSync(join(tmpdir(), "concert-pay-test-"));
const report = join(scratch, "report.json");

/** Each counts as one check in the closing line. */
const checks = [
  ["compile", ["tsc", "-b"]],
  ["compile the tests", ["tsc", "-p", "tsconfig.tests.json"]],
  ["lint", ["oxlint", "--deny-warnings"]],
  ["format", ["prettier", "--check", "--log-level=warn", "."]],
];

let passed = 0;
let failed = 0;
for (const [name, command] of checks) {
  const code = await run(command);
  console.log(`${code === 0 ? "ok" : "FAILED"}: ${name}`);
  if (code === 0) passed += 1;
  else failed += 1;
}

const filters = process.argv.slice(2);
const code = await run([
  "vitest",
  "run",
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${report}`,
  ...filters,
]);
const counted = readReport();
passed += counted.passed;
failed += counted.failed;
// A run that broke outside of any test (a file that does not load, an unhandled rejection) is a failure too.
if (code !== 0 && counted.failed === 0) failed += 1;

rmSync(scratch, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function readReport() {
  try {
    const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
    const broken = testResults.filter(
      (file) => file.status === "failed" && file.assertionResults.length === 0,
    );
    return { passed: numPassedTests, failed: numFailedTests + broken.length };
  } catch {
    return { passed: 0, failed: 0 };
  }
}

function run([command, ...args]) {
  const bin = join("node_modules", ".bin", command);
  const child = spawn(bin, args, { stdio: "inherit", shell: process.platform === "win32" });
  return new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
}
