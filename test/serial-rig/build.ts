/**
 * Compiles the native parts of the rig, once for each version of their sources.
 * @module
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { delimiter, join } from "node:path";

const SOURCES = join(import.meta.dirname, "native");
const CACHE = join(import.meta.dirname, "../../node_modules/.cache/serial-rig");

/** Paths of what was built. */
export interface NativeParts {
  /** Library for the browser: shows it pseudo-terminals as serial ports. */
  readonly fakeUdev: string;
  /** Library for the browser: modem lines, parity and data bits, which a pseudo-terminal has not. */
  readonly fakeTty: string;
  /** Program that holds the pseudo-terminals. */
  readonly ptyLine: string;
}

export function buildNativeParts(): NativeParts {
  return {
    fakeUdev: build("fake-udev", ["-shared", "-fPIC"], ".so"),
    fakeTty: build("fake-tty", ["-shared", "-fPIC"], ".so"),
    ptyLine: build("pty-line", [], ""),
  };
}

/** `CC`, or the usual names on the path; `undefined` where there is no C compiler. */
export function findCompiler(): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const names = [process.env["CC"], "cc", "gcc", "clang"].filter((name) => name !== undefined && name !== "");
  return names.flatMap((name) => folders.map((folder) => join(folder, name ?? ""))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function build(name: string, flags: readonly string[], suffix: string): string {
  const source = join(SOURCES, `${name}.c`);
  const version = createHash("sha256").update(readFileSync(source)).digest("hex").slice(0, 12);
  const target = join(CACHE, `${name}-${version}${suffix}`);
  if (existsSync(target)) return target;
  const compiler = findCompiler();
  if (compiler === undefined) throw new Error("no C compiler: install gcc");
  mkdirSync(CACHE, { recursive: true });
  // Built aside and moved into place whole: another test process may build at the same time.
  const aside = `${target}.${process.pid}`;
  execFileSync(compiler, ["-O2", "-Wall", ...flags, "-o", aside, source]);
  renameSync(aside, target);
  return target;
}
