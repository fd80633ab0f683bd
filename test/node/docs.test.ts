/** The documents printed from the code's tables say what the code does. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as core from "@concert-pay/core";
import { renderDocs } from "../../scripts/render-docs.mjs";

for (const [path, text] of Object.entries(renderDocs(core)))
  test(`${path} is what \`npm run docs\` prints`, () => {
    expect(readFileSync(new URL(`../../${path}`, import.meta.url), "utf8")).toBe(text);
  });
