/**
 * What a simulated terminal on the network or on a serial line can be told.
 * @module
 */
import { isIP } from "node:net";
import { badRequest, type Clock, type Dialect, type LineSettings } from "@concert-pay/core";
import {
  callback,
  dialect,
  flag,
  milliseconds,
  oneOf,
  record,
  rule,
  whole,
  word,
  type Checks,
} from "./checks.ts";
import { MODEL } from "./model/model-checks.ts";
import type { TerminalModelOptions } from "./model/terminal-model.ts";
import type { OpenRawPort } from "./serial-line.ts";

export interface SimulatorOptions extends Omit<TerminalModelOptions, "clock"> {
  /** Address to listen on. Default `"127.0.0.1"`. */
  readonly host?: string;
  /** 1 to 65535, or 0 for any free one. Default 8888; with `serial`, none. */
  readonly port?: number;
  /** V2 over TCP is the serial dialogue inside the socket (protocol.md 8.3). Default `"v3"`. */
  readonly dialect?: Dialect;
  /** Addresses of registers; others are dropped when they connect. Default: everyone is served. */
  readonly whitelist?: readonly string[];
  /** Path of a serial line, such as `/dev/ttyUSB0` or `COM3`. Needs the package `serialport`. */
  readonly serial?: string;
  /** Default: 9600 bits per second, 8N1. */
  readonly line?: LineSettings;
  /** Opens the serial line in place of `serialport`, for tests. */
  readonly openPort?: OpenRawPort;
  /** Silence that ends a request over IP, in milliseconds. Default 100; 5 000 while a compulsory tag is missing. */
  readonly requestQuietMs?: number;
  /** Default: the system's. */
  readonly clock?: Clock;
  /** One masked line per event. Default: none. */
  readonly log?: (line: string) => void;
}

/** What can be changed only by restarting the service. */
export interface ServiceSettings {
  readonly port?: number;
  readonly whitelist?: readonly string[];
}

const isPort = (port: unknown): boolean =>
  Number.isInteger(port) && Number(port) >= 0 && Number(port) <= 65_535;
const isAddress = (address: unknown): boolean => typeof address === "string" && isIP(address) !== 0;

export const SERVICE: Checks<ServiceSettings> = {
  port: rule("an integer, 0 to 65535", isPort),
  whitelist(field, value) {
    const [wrong] = Array.isArray(value) ? value.filter((address) => !isAddress(address)) : [value];
    if (wrong !== undefined) throw badRequest(field, "a list of IP addresses", wrong);
  },
};

const LINE: Checks<LineSettings> = {
  baudRate: whole(1, 10_000_000),
  dataBits: oneOf(7, 8),
  parity: oneOf("none", "even", "odd"),
  stopBits: oneOf(1, 2),
  hardwareFlowControl: flag,
};

export const SIMULATOR: Checks<SimulatorOptions> = {
  host: word,
  ...SERVICE,
  dialect,
  serial: word,
  line: record(LINE, ["baudRate", "dataBits", "parity", "stopBits"]),
  openPort: callback,
  requestQuietMs: milliseconds,
  log: callback,
  ...MODEL,
};
