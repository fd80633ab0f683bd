/** The custom-elements manifest names what the element's source documents: `npm run docs` makes it anew. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

const read = (path: string): string =>
  readFileSync(new URL(`../../packages/element/${path}`, import.meta.url), "utf8");

interface Named {
  readonly name: string;
}
interface Declaration {
  readonly name: string;
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
