/** Decoding and encoding of V3 messages, with validation, beside baselines that do less. */
import { decodeMessage, encodeMessage } from "../packages/core/dist/index.js";
import { parsePlainly } from "./baselines/plain-parser.mjs";
import { writePlainly } from "./baselines/plain-writer.mjs";
import { walkLengths } from "./baselines/walk.mjs";
import { measure, table } from "./measure.mjs";
import { MESSAGES } from "./messages.mjs";

/** Goals: decoding at most 1.5 times the plain parser, encoding at most 2 times a plain concatenation. */
const DECODE_GOAL = 1.5;
const ENCODE_GOAL = 2;

export const title = "V3 codec";

export function run() {
  const ns = (value) => `${value.toFixed(0)} ns`;
  const ratio = (measured, goal) => {
    const value = measured.ratio("codec", "plain");
    return `${value.toFixed(2)}${value > goal ? " (over)" : ""}`;
  };
  const decoding = MESSAGES.map(({ name, bytes }) => {
    const measured = measure({
      walk: () => walkLengths(bytes),
      plain: () => parsePlainly(bytes),
      codec: () => decodeMessage(bytes),
    });
    return [
      name,
      ...["walk", "plain", "codec"].map((subject) => ns(measured.time(subject))),
      ratio(measured, DECODE_GOAL),
    ];
  });
  const encoding = MESSAGES.map(({ name, bytes }) => {
    const { tags } = decodeMessage(bytes);
    const measured = measure({
      plain: () => writePlainly(tags),
      codec: () => encodeMessage(tags),
    });
    return [
      name,
      ...["plain", "codec"].map((subject) => ns(measured.time(subject))),
      ratio(measured, ENCODE_GOAL),
    ];
  });
  return [
    table(
      ["decode", "lengths only", "plain parser", "decodeMessage", `ratio (goal ${DECODE_GOAL})`],
      decoding,
    ),
    table(["encode", "concatenation", "encodeMessage", `ratio (goal ${ENCODE_GOAL})`], encoding),
  ].join("\n\n");
}
