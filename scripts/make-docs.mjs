// `npm run docs`: prints the tables of the built core into docs/.
import { writeFileSync } from "node:fs";
import * as core from "../packages/core/dist/index.js";
import { renderDocs } from "./render-docs.mjs";

for (const [path, text] of Object.entries(renderDocs(core))) {
  writeFileSync(new URL(`../${path}`, import.meta.url), text);
  console.log(path);
}
