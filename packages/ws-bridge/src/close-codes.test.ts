import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { closeCode, closeCodes, codeOf } from "./close-codes.ts";
import { defaultLimits } from "./limits.ts";

const docs = readFileSync(new URL("../../../docs/bridge.md", import.meta.url), "utf8");

/** The cells of every row of the docs' tables, whatever their padding. */
const rows = docs
  .split("\n")
  .filter((line) => line.startsWith("|"))
  .map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

test("docs/bridge.md prints the table of close codes as it is", () => {
  const printed = rows.filter(([first = ""]) => /^\d{4}$/.test(first));
  expect(printed).toEqual(
    closeCodes.map(({ code, name, sent, meaning }) => [String(code), `\`${name}\``, sent, meaning]),
  );
});

test("docs/bridge.md prints every limit with its default", () => {
  const limits = new Map(
    rows.map(([name = "", value = ""]) => [name.replaceAll("`", ""), value.replaceAll(" ", "")]),
  );
  for (const [name, value] of Object.entries(defaultLimits))
    expect(limits.get(name), name).toBe(String(value));
});

test("codes and names are unique, and within what a page may see", () => {
  expect(new Set(closeCodes.map(({ code }) => code)).size).toBe(closeCodes.length);
  expect(new Set(closeCodes.map(({ name }) => name)).size).toBe(closeCodes.length);
  for (const { code, name } of closeCodes) {
    expect(code === 1000 || (code >= 4000 && code <= 4999)).toBe(true);
    expect(codeOf(name)).toBe(code);
  }
  expect(closeCode(1006)).toBeUndefined();
});

test("the page's side imports neither Node nor ws", () => {
  const seen = new Set<string>();
  const visit = (file: URL): void => {
    if (seen.has(file.href)) return;
    seen.add(file.href);
    for (const [, name = ""] of readFileSync(file, "utf8").matchAll(/from "([^"]+)"/g)) {
      if (name.startsWith(".")) visit(new URL(name, file));
      else expect(name, file.href).toBe("@concert-pay/core");
    }
  };
  visit(new URL("./client.ts", import.meta.url));
  expect(seen.size).toBeGreaterThan(5);
});
