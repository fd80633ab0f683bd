/**
 * What the compiler makes of the packages, as it is published.
 * @module
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const WORKSPACE: string = fileURLToPath(new URL("../..", import.meta.url));

/** Runs the compiler in the workspace; what it has to say, nothing where all is well. */
export function tsc(...args: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", ...args], {
    cwd: WORKSPACE,
    encoding: "utf8",
  });
  return stdout;
}
