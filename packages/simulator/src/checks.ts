/**
 * What callers and the HTTP control hand in is checked by rules as data: each names the field it refuses, what it must
 * be, and what it was.
 * @module
 */
import { badRequest, type Clock, type Dialect } from "@concert-pay/core";

/** Throws `BAD_REQUEST` naming `field` where the value breaks the rule. */
export type Check = (field: string, value: unknown) => void;
/** The fields of an object, by name. */
export type Checks<T> = { readonly [name in keyof T]-?: Check };

export function rule(words: string, holds: (value: unknown) => boolean): Check {
  return (field, value) => {
    if (!holds(value)) throw badRequest(field, words, value);
  };
}

export const flag: Check = rule("true or false", (value) => typeof value === "boolean");
export const callback: Check = rule("a function", (value) => typeof value === "function");
export const milliseconds: Check = rule(
  "milliseconds, 0 or more",
  (value) => typeof value === "number" && Number.isFinite(value) && value >= 0,
);
/** What one element of a message holds (protocol.md 1). */
export const elementText: Check = rule(
  "text of 1 to 999 characters of ISO 8859-1",
  (value) => typeof value === "string" && /^[\0-\xff]{1,999}$/.test(value),
);
/** A name, a path, an address: never empty, which a system would take for a default. */
export const word: Check = rule("a text", (value) => typeof value === "string" && value !== "");
const CLOCK: readonly (keyof Clock)[] = ["now", "wallTime", "setTimer"];
export const clock: Check = rule(`a clock: ${CLOCK.join(", ")}`, (value) =>
  CLOCK.every((name) => typeof (value as Partial<Clock> | null)?.[name] === "function"),
);
const DIALECTS: readonly Dialect[] = ["v3", "v2-e", "v2-e+"];
export const dialect: Check = oneOf(...DIALECTS);

export function oneOf(...values: readonly unknown[]): Check {
  return rule(`one of ${values.join(", ")}`, (value) => values.includes(value));
}

export function whole(least: number, most: number): Check {
  return rule(
    `a whole number from ${least} to ${most}`,
    (value) => Number.isSafeInteger(value) && Number(value) >= least && Number(value) <= most,
  );
}

/** @param most nothing here needs more, and each costs memory */
export function listOf(check: Check, most: number): Check {
  return (field, value) => {
    if (!Array.isArray(value)) throw badRequest(field, "a list", value);
    if (value.length > most) throw badRequest(field, `a list of at most ${most}`, `${value.length} of them`);
    value.forEach((item, index) => check(`${field}[${index}]`, item));
  };
}

/** An object of these fields and no others. `required`: those that must be there. */
export function record<T>(checks: Checks<T>, required: readonly (keyof T)[] = []): Check {
  return (field, value) => checkFields(checks, value, field, `${field}.`, required);
}

/** As `record`, for options: their names stand alone. */
export function checkOptions<T>(checks: Checks<T>, options: unknown): void {
  checkFields(checks, options, "options", "");
}

function checkFields<T>(
  checks: Checks<T>,
  value: unknown,
  field: string,
  path: string,
  required: readonly (keyof T)[] = [],
): void {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badRequest(field, "an object", value);
  for (const [name, given] of Object.entries(value)) {
    if (!Object.hasOwn(checks, name))
      throw badRequest(path + name, `left out: known are ${Object.keys(checks).join(", ")}`, given);
    if (given !== undefined) checks[name as keyof T](path + name, given);
  }
  for (const name of required)
    if ((value as Partial<T>)[name] === undefined) checks[name](path + String(name), undefined);
}
