// Installs what a bare machine lacks: the workspace's packages, and for tests (--for-tests) Chromium and a C compiler.
// Needs nothing but Node and git. Says in one line what it may not install itself.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { findChromium } from "./chromium.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const forTests = process.argv.includes("--for-tests");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Node 20.19 or later is needed; this is ${process.versions.node}.`);
  process.exit(1);
}

installPackages();
if (forTests) installDebianPackages();

/** pnpm if there is one, else the version this repository pins, through npx. */
function installPackages() {
  const installed = `${root}node_modules/.modules.yaml`;
  const lockfile = `${root}pnpm-lock.yaml`;
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lockfile).mtimeMs) return;
  const { packageManager } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const pnpm = has("pnpm") ? ["pnpm"] : ["npx", "--yes", packageManager];
  const [command, ...args] = [...pnpm, "install", "--frozen-lockfile", "--prefer-offline"];
  console.log("Installing packages...");
  const { status, stdout, stderr } = run(command, args);
  if (status === 0) return;
  console.error(`${stdout}${stderr}`);
  console.error(`Could not install the packages: "${[command, ...args].join(" ")}" failed.`);
  process.exit(1);
}

/** Chromium for the browser tests; gcc and the C headers for the serial line that Chromium can open. */
function installDebianPackages() {
  const missing = [
    ...(findChromium() === undefined ? ["chromium"] : []),
    ...(process.platform === "linux" && !has("gcc") ? ["gcc", "libc6-dev"] : []),
  ];
  if (missing.length === 0) return;
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  const may = has("apt-get") && (sudo.length === 0 || run("sudo", ["-n", "true"]).status === 0);
  if (may) {
    console.log(`Installing ${missing.join(", ")}...`);
    const apt = (...args) => run([...sudo, "apt-get"][0], [...sudo, "apt-get", ...args].slice(1));
    apt("update", "-qq");
    const install = (...names) =>
      apt("install", "-y", "-qq", "--no-install-recommends", ...names).status === 0;
    if (install(...missing)) {
      // Not every system has it, and nothing but time depends on it.
      if (missing.includes("chromium")) install("chromium-headless-shell");
      return;
    }
  }
  for (const name of missing.filter((one) => one !== "libc6-dev"))
    console.log(`MISSING ${name}: install it to run the tests that need it; all others run.`);
}

function has(command) {
  return run(command, ["--version"]).status === 0;
}

function run(command, args) {
  return spawnSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    shell: process.platform === "win32",
  });
}
