/** What `openTerminal` refuses, by the name of the option at fault. */
import { expect, test } from "vitest";
import type { ConcertError } from "../errors.ts";
import { REGISTER } from "../testing/bench.ts";
import { farEnd } from "../testing/far-end.ts";
import { openTerminal } from "./terminal.ts";

const CONNECTOR = farEnd();

function refusal(options: unknown): Pick<ConcertError, "code" | "field" | "value"> | undefined {
  try {
    openTerminal(options as never);
    return undefined;
  } catch (error) {
    const { code, field, value } = error as ConcertError;
    return { code, field, value };
  }
}

test.each<[field: string, value: string, change: object]>([
  ["connector", "undefined", { connector: undefined }],
  ["connector", "an object", { connector: { ...CONNECTOR, open: undefined } }],
  ["connector.carrier", "tcp", { connector: { ...CONNECTOR, carrier: "tcp" } }],
  ["connector.carrier", "undefined", { connector: { ...CONNECTOR, carrier: undefined } }],
  ["connector.id", "undefined", { connector: { ...CONNECTOR, id: undefined } }],
  ["connector.id", "", { connector: { ...CONNECTOR, id: "" } }],
  ["connector.id", "7", { connector: { ...CONNECTOR, id: 7 } }],
  ["profile", "null", { profile: null }],
  ["profile", "5", { profile: 5 }],
  ["profile", "x", { profile: "x" }],
])("%s is not %j", (field, value, change) => {
  const options = { connector: CONNECTOR, register: REGISTER };
  expect(refusal({ ...options, ...change })).toEqual({ code: "BAD_REQUEST", field, value });
  expect(refusal(options)).toBeUndefined();
});

test.each(["ip", "serial"] as const)("a connector over %s is taken", (carrier) => {
  expect(refusal({ connector: { ...CONNECTOR, carrier }, register: REGISTER })).toBeUndefined();
});
