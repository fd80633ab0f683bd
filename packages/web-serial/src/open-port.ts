/**
 * Opening a port that may still be held: by a page that is just going away, by a hot reload of this one, by
 * another tab, another program, or by the system, which is still setting up a device just plugged in.
 * @module
 */
import { ConcertError, describeLine, type Clock, type LineSettings } from "@concert-pay/core";
import type { SerialPortLike } from "./serial-types.ts";
import { errorName } from "./support.ts";
import { pause, within } from "./within.ts";

/** Pauses between tries, in milliseconds: four tries in 0.7 s. */
const PAUSES_MS: readonly number[] = [100, 200, 400];
/** A Bluetooth line takes seconds to fail; it is not tried again after this long. */
const TRYING_MS = 1000;
/** How long a port left open gets to close. */
const CLOSE_MS = 1000;

/** Rejects with `UNREACHABLE`, reason `port-busy`, when the last try failed; with `NOT_ALLOWED` when refused. */
export async function openPort(
  port: SerialPortLike,
  line: LineSettings,
  bufferSize: number,
  clock: Clock,
): Promise<void> {
  const began = clock.now();
  const pauses = [...PAUSES_MS];
  for (;;) {
    try {
      return await port.open(serialOptions(line, bufferSize));
    } catch (error) {
      const name = errorName(error);
      if (name !== "InvalidStateError" && name !== "NetworkError") throw explain(error, line);
      const wait = pauses.shift();
      if (wait === undefined || clock.now() - began > TRYING_MS) throw explain(error, line);
      // Already open: nobody in this page uses it if it lets itself be closed, as its streams are not locked.
      const freed = name === "InvalidStateError" && (await within(clock, CLOSE_MS, () => port.close()));
      if (!freed) await pause(clock, wait);
    }
  }
}

function serialOptions(line: LineSettings, bufferSize: number): SerialOptions {
  const { baudRate, dataBits, parity, stopBits, hardwareFlowControl } = line;
  const flowControl = hardwareFlowControl === true ? "hardware" : "none";
  return { baudRate, dataBits, parity, stopBits, flowControl, bufferSize };
}

function explain(cause: unknown, line: LineSettings): ConcertError {
  const settings = describeLine(line);
  switch (errorName(cause)) {
    case "InvalidStateError":
      return new ConcertError("UNREACHABLE", "another part of this page holds the serial port open", {
        reason: "port-busy",
        cause,
      });
    case "SecurityError":
    case "NotAllowedError":
      return new ConcertError("NOT_ALLOWED", "the browser refused to open the serial port", { cause });
    case "TypeError":
      return new ConcertError("BAD_REQUEST", `line settings ${settings} are not possible on this port`, {
        field: "line",
        rule: "settings the browser accepts",
        value: settings,
        cause,
      });
    default:
      return new ConcertError(
        "UNREACHABLE",
        `the serial port did not open with ${settings}: another tab or program holds it, or the terminal is off`,
        { reason: "port-busy", cause },
      );
  }
}
