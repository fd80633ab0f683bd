/**
 * Writes packages/core/src/codec/currencies.data.ts from the npm package `currency-codes`, which follows ISO 4217
 * list one. Run it by hand when that package is updated: `node scripts/make-currencies.mjs`.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const list = require("currency-codes/data.js");
const published = require("currency-codes/iso-4217-publish-date.js");
const { version } = require("currency-codes/package.json");
const xml = readFileSync(require.resolve("currency-codes/iso-4217-list-one.xml"), "utf8");

// The package writes 0 where ISO says "N.A." (gold, testing, no currency): nobody can pay in those.
const withoutMinorUnit = new Set(
  [...xml.matchAll(/<Ccy>(\w+)<\/Ccy>\s*<CcyNbr>\d+<\/CcyNbr>\s*<CcyMnrUnts>N\.A\./g)].map(
    (match) => match[1],
  ),
);

const rows = list
  .filter((currency) => !withoutMinorUnit.has(currency.code))
  .map(
    ({ code, number, digits, currency }) =>
      `  [${[code, number, digits, currency].map((v) => JSON.stringify(v)).join(", ")}],`,
  );

const target = new URL("../packages/core/src/codec/currencies.data.ts", import.meta.url);
writeFileSync(
  target,
  `/**
 * ISO 4217 list one as published on ${published}, from the npm package currency-codes ${version} (MIT). Made by
 * scripts/make-currencies.mjs; do not edit. Codes without a minor unit (metals, testing, none) are left out.
 * @module
 */

/** Letters, digits, decimals, name. */
export const CURRENCY_ROWS: readonly (readonly [string, string, number, string])[] = [
${rows.join("\n")}
];
`,
);
console.log(`${rows.length} currencies of ${published} written`);
