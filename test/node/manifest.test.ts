/** The custom-elements manifest names what the element's source documents: `npm run docs` makes it anew. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const read = (path: string): string =>
  readFileSync(new URL(`../../packages/element/${path}`, import.meta.url), "utf8");

interface Named {
  readonly name: string;
}
interface Declaration {
  readonly name: string;
  readonly members?: readonly Named[];
  readonly slots?: readonly Named[];
  readonly cssParts?: readonly Named[];
  readonly cssProperties?: readonly Named[];
  readonly events?: readonly Named[];
}

const source = read("src/concert-pay.ts");
const manifest = JSON.parse(read("custom-elements.json")) as {
  readonly modules: readonly { readonly declarations: readonly Declaration[] }[];
};
const element = manifest.modules
  .flatMap((module) => module.declarations)
  .find(({ name }) => name === "ConcertPay");

const documented = (tag: string): readonly string[] =>
  [...source.matchAll(new RegExp(`@${tag} (?:\\{[^}]*\\} )?([\\w-]+)`, "g"))].flatMap(
    ([, name]) => name ?? [],
  );

for (const [tag, listed] of [
  ["slot", element?.slots],
  ["csspart", element?.cssParts],
  ["cssproperty", element?.cssProperties],
  ["fires", element?.events],
] as const)
  test(`every @${tag} of <concert-pay> is in the manifest`, () => {
    const names = documented(tag);
    expect(names.length).toBeGreaterThan(0);
    expect(listed?.map(({ name }) => name)).toEqual(expect.arrayContaining([...names]));
  });

test("the manifest is that of the source as it is, and names no private member", () => {
  const home = fileURLToPath(new URL("../../packages/element", import.meta.url));
  const made = mkdtempSync(join(tmpdir(), "concert-manifest-"));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  const cem = join("..", "..", "node_modules", "@custom-elements-manifest", "analyzer", "cem.js");
  spawnSync(process.execPath, [cem, "analyze", "--outdir", relative(home, made)], { cwd: home });
  expect(JSON.parse(readFileSync(join(made, "custom-elements.json"), "utf8"))).toEqual(manifest);
  const members = element?.members?.map(({ name }) => name) ?? [];
  expect(members).toEqual(expect.arrayContaining(["pay", "next", "state", "amount", "connector", "journal"]));
  expect(members.filter((name) => name.startsWith("#"))).toEqual([]);
});
