import { expect, test } from "vitest";
import { describeLine, LINE_PRESETS } from "./line-presets.ts";

test("the likeliest settings come first, and none twice", () => {
  expect(LINE_PRESETS.map(describeLine).join(", ")).toBe(
    "9600 7E1, 9600 8N1, 115200 8N1, 115200 7E1, 19200 7E1, 19200 8N1, 38400 7E1, 38400 8N1, " +
      "57600 7E1, 57600 8N1, 1200 7E1, 1200 8N1",
  );
});
