/** Frames of the serial link, encoded and decoded, beside a bare XOR loop over the same bytes. */
import { encodeFrame, FrameDecoder } from "../packages/core/dist/index.js";
import { xorAll } from "./baselines/xor.mjs";
import { measure, table } from "./measure.mjs";
import { MESSAGES } from "./messages.mjs";

export const title = "Serial frames";

export function run() {
  const rows = MESSAGES.filter(({ bytes }) => bytes.length <= 512).map(({ name, bytes }) => {
    const frame = encodeFrame(bytes);
    const decoder = new FrameDecoder();
    const measured = measure({
      xor: () => xorAll(frame),
      encode: () => encodeFrame(bytes),
      decode: () => decoder.push(frame),
    });
    const cell = (subject) =>
      `${measured.time(subject).toFixed(0)} ns, ${measured.ratio(subject, "xor").toFixed(2)}`;
    return [name, `${measured.time("xor").toFixed(0)} ns`, cell("encode"), cell("decode")];
  });
  return table(["frame", "XOR loop", "encodeFrame, ratio", "FrameDecoder.push, ratio"], rows);
}
