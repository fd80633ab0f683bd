/** The types that the built element gives to who imports `@concert-pay/element/define` alone. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

function tsc(...args: readonly string[]): string {
  const { stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", ...args], {
    cwd: root,
    encoding: "utf8",
  });
  return stdout;
}

test("the element's events are typed for a page that only registers it", () => {
  expect(tsc("-b", "packages/element")).toBe("");
  expect(tsc("-p", "test/node/element-types")).toBe("");
}, 120_000);
