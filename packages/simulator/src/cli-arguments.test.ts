import { describe, expect, it } from "vitest";
import { readArguments, USAGE } from "./cli-arguments.ts";
import { behaviourNames } from "./model/find-behaviour.ts";

describe("the command line", () => {
  it("serves V3 on 127.0.0.1:8888, approves, and gives the customer two seconds", () => {
    expect(readArguments([])).toEqual({
      command: "run",
      host: "127.0.0.1",
      port: 8_888,
      dialect: "v3",
      behaviours: [],
      behaviour: "approve",
      delayMs: 2_000,
      quiet: false,
    });
  });

  it("reads every option", () => {
    const line =
      "--port 0 --host ::1 --serial /dev/ttyUSB0 --line 19200,7E1 --dialect v2-e+ --behaviour refuse --behaviour silence " +
      "--delay 0 --control 8890 --whitelist 192.0.2.1,::1 --quiet";
    expect(readArguments(line.split(" "))).toEqual({
      command: "run",
      host: "::1",
      port: 0,
      serial: "/dev/ttyUSB0",
      line: { baudRate: 19_200, dataBits: 7, parity: "even", stopBits: 1 },
      dialect: "v2-e+",
      behaviours: ["refuse"],
      behaviour: "silence",
      delayMs: 0,
      control: 8_890,
      whitelist: ["192.0.2.1", "::1"],
      quiet: true,
    });
  });

  it("has no TCP port beside a serial line unless one is asked for", () => {
    expect(readArguments(["--serial", "COM3"])).not.toHaveProperty("port");
  });

  it.each([
    ["--port abc", /--port must be a whole number, 0 to 65535; got "abc"/],
    ["--port 70000", /--port/],
    ["--delay -1", /^--delay must have a value/],
    ["--control x", /--control/],
    ["--host=", /--host must be an address to listen on/],
    ["--dialect v4", /--dialect must be v3, v2-e or v2-e\+; got "v4"/],
    ["--behaviour aprove", /behaviour must be one of approve, /],
    ["--whitelist shop", /--whitelist must be IP addresses; got "shop"/],
    ["--line fast", /--line must be a speed from 1200 to 115200 and a form/],
    ["--colour", /--colour/],
    ["stray", /stray/],
  ])("says what to change in %s, in one line", (line, message) => {
    const read = readArguments(line.split(" "));
    expect(read).toMatchObject({ command: "bad-usage", message: expect.stringMatching(message) as string });
    expect(read.command === "bad-usage" && read.message).not.toContain("\n");
  });

  it("lists every behaviour in its help", () => {
    expect(["--help", "-h"].map((asked) => readArguments([asked]).command)).toEqual(["help", "help"]);
    for (const name of behaviourNames()) expect(USAGE).toContain(`  ${name} `);
  });
});
