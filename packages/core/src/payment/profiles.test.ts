import { expect, test } from "vitest";
import { describeLine } from "../link/line-settings.ts";
import { PROFILES } from "./profiles.ts";

test("a family's line is set as over USB, 9600 8N1, unless its evidence says otherwise", () => {
  const otherwise = PROFILES.filter(({ line }) => describeLine(line) !== "9600 8N1");
  expect(otherwise.map(({ name, line }) => `${name} ${describeLine(line)}`)).toEqual(["nepting 115200 8N1"]);
  for (const { line, evidence } of otherwise) expect(evidence.join()).toContain(describeLine(line));
});
