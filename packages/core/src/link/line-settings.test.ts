import { describe, expect, it } from "vitest";
import {
  checkLine,
  describeLine,
  LINE_7E1,
  LINE_8N1,
  LINE_PRESETS,
  parseLine,
  type LineSettings,
} from "./line-settings.ts";

describe("the presets", () => {
  it("are every speed of protocol.md 7.1 in both forms, the likeliest first", () => {
    expect(LINE_PRESETS.map(describeLine).join(", ")).toBe(
      "9600 8N1, 9600 7E1, 115200 8N1, 115200 7E1, 19200 8N1, 19200 7E1, 38400 8N1, 38400 7E1, " +
        "57600 8N1, 57600 7E1, 1200 8N1, 1200 7E1",
    );
  });
});

describe("line settings as text", () => {
  it("are read as they are described", () => {
    for (const line of LINE_PRESETS) expect(parseLine(describeLine(line))).toEqual(line);
  });

  it.each([
    ["9600-7E1", LINE_7E1],
    [" 9600,8n1 ", LINE_8N1],
    ["1200-8O2", { baudRate: 1_200, dataBits: 8, parity: "odd", stopBits: 2 }],
    ["115200 7N1", { baudRate: 115_200, dataBits: 7, parity: "none", stopBits: 1 }],
  ] as const)("may be written %j", (text, line) => {
    expect(parseLine(text)).toEqual(line);
  });

  it.each([
    "",
    "9600",
    "7E1",
    "9600-7E",
    "9600-9N1",
    "9600-8N3",
    "9600-8M1",
    "1199-8N1",
    "115201-8N1",
    "9600--8N1",
    "x9600-8N1",
    "9600-8N11",
  ])("are refused when written %j", (text) => {
    expect(() => parseLine(text)).toThrow(
      expect.objectContaining({
        code: "BAD_REQUEST",
        field: "line",
        rule: 'a speed from 1200 to 115200 and a form, such as "9600-7E1"',
        value: text,
      }),
    );
  });
});

describe("line settings as an object", () => {
  it("are taken from 1200 to 115200 bits per second, with flow control or without", () => {
    for (const baudRate of [1_200, 2_400, 115_200]) {
      const line: LineSettings = {
        baudRate,
        dataBits: 8,
        parity: "odd",
        stopBits: 2,
        hardwareFlowControl: true,
      };
      expect(checkLine("line", line)).toBe(line);
    }
    for (const line of [LINE_7E1, LINE_8N1]) expect(checkLine("line", line)).toBe(line);
  });

  it.each([
    [{ baudRate: 1_199 }, "line.baudRate", "1199"],
    [{ baudRate: 115_201 }, "line.baudRate", "115201"],
    [{ baudRate: 9_600.5 }, "line.baudRate", "9600.5"],
    [{ baudRate: "9600" }, "line.baudRate", "9600"],
    [{ dataBits: 9 }, "line.dataBits", "9"],
    [{ parity: "mark" }, "line.parity", "mark"],
    [{ stopBits: 1.5 }, "line.stopBits", "1.5"],
    [{ hardwareFlowControl: "yes" }, "line.hardwareFlowControl", "yes"],
  ])("are refused with %j, by its name", (wrong, field, value) => {
    expect(() => checkLine("line", { ...LINE_8N1, ...wrong } as LineSettings)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field, value }),
    );
  });

  it.each([null, "9600-7E1", 9_600])("are refused where they are %j", (line) => {
    expect(() => checkLine("line", line as unknown as LineSettings)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", field: "line" }),
    );
  });
});
