/**
 * Whether this machine can run the rig.
 * @module
 */
import { existsSync, readFileSync } from "node:fs";
import { findChromium } from "../../scripts/chromium.mjs";
import { findCompiler } from "./build.ts";

/** One line that says what the rig lacks here; `undefined` when it can run. */
export function serialRigMissing(): string | undefined {
  const lack = firstLack();
  return lack === undefined ? undefined : `no real serial line in real Chromium here: ${lack}`;
}

function firstLack(): string | undefined {
  if (process.platform !== "linux") return `it needs Linux, this is ${process.platform}`;
  if (findChromium() === undefined) return "install chromium";
  if (findCompiler() === undefined) return "install gcc and libc6-dev";
  if (!existsSync("/dev/ptmx")) return "there are no pseudo-terminals (/dev/ptmx)";
  if (!hasSerialDriver())
    return "the kernel has no serial driver (no line of type serial in /proc/tty/drivers)";
  return undefined;
}

/** Chromium takes a device for a serial port only if its number belongs to such a driver. */
function hasSerialDriver(): boolean {
  try {
    return /\sserial$/m.test(readFileSync("/proc/tty/drivers", "latin1"));
  } catch {
    return false;
  }
}
