/**
 * The command line of `concert-simulator`, read into options.
 * @module
 */
import { parseArgs } from "node:util";
import { isIP } from "node:net";
import { parseLine, type Dialect, type LineSettings } from "@concert-pay/core";
import type { BehaviourChoice } from "./model/behaviour.ts";
import { findBehaviour } from "./model/find-behaviour.ts";
import { CATALOGUE } from "./model/catalogue.ts";

/** What the command line asks for. */
export type Arguments =
  | { readonly command: "help" }
  | { readonly command: "bad-usage"; readonly message: string }
  | {
      readonly command: "run";
      readonly host: string;
      /** Absent: only the serial line. */
      readonly port?: number;
      readonly serial?: string;
      readonly line?: LineSettings;
      readonly dialect: Dialect;
      /** All but the last: one for each of the first requests. */
      readonly behaviours: readonly BehaviourChoice[];
      readonly behaviour: BehaviourChoice;
      readonly delayMs: number;
      readonly control?: number;
      readonly whitelist?: readonly string[];
      readonly quiet: boolean;
    };

export const USAGE: string = `concert-simulator: a Concert payment terminal to develop and test against

  --port N          TCP port, 0 for any free one (default 8888; with --serial none unless given)
  --host ADDRESS    address to listen on (default 127.0.0.1)
  --serial PATH     serial line, such as /dev/ttyUSB0 or COM3
  --line SPEED,FORM its speed and form (default 9600,8N1)
  --dialect D       v3, v2-e or v2-e+ (default v3)
  --behaviour NAME  what it does; several: one for each request, the last for all others (default approve)
  --delay MS        how long the customer takes (default 2000)
  --control PORT    HTTP on 127.0.0.1: GET /ledger /requests /screen, POST /script /behaviour /key /restart /reboot
  --whitelist IPS   addresses of registers, comma between them; others are dropped
  --quiet           print no line per event
  --help, -h

Behaviours:
${CATALOGUE.map(({ name, summary }) => `  ${name.padEnd(24)}${summary}`).join("\n")}
`;

const OPTIONS = {
  port: { type: "string" },
  host: { type: "string" },
  serial: { type: "string" },
  line: { type: "string" },
  dialect: { type: "string" },
  behaviour: { type: "string", multiple: true },
  delay: { type: "string" },
  control: { type: "string" },
  whitelist: { type: "string" },
  quiet: { type: "boolean" },
  verbose: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const DIALECTS: readonly string[] = ["v3", "v2-e", "v2-e+"];

/** @param argv without the program's own name */
export function readArguments(argv: readonly string[]): Arguments {
  try {
    const { values } = parseArgs({ args: [...argv], options: OPTIONS, allowPositionals: false });
    if (values.help === true) return { command: "help" };
    const { dialect = "v3", serial, whitelist } = values;
    if (!DIALECTS.includes(dialect))
      return bad(`--dialect must be v3, v2-e or v2-e+; got ${JSON.stringify(dialect)}`);
    if (values.host === "") return bad("--host must be an address to listen on, such as 127.0.0.1");
    if (serial === "") return bad("--serial must be the path of a serial line, such as /dev/ttyUSB0");
    const behaviours = values.behaviour ?? ["approve"];
    behaviours.forEach(findBehaviour);
    const addresses = whitelist?.split(",").map((address) => address.trim());
    const wrong = addresses?.find((address) => isIP(address) === 0);
    if (wrong !== undefined) return bad(`--whitelist must be IP addresses; got ${JSON.stringify(wrong)}`);
    const port = values.port ?? (serial === undefined ? "8888" : undefined);
    return {
      command: "run",
      host: values.host ?? "127.0.0.1",
      ...(port === undefined ? {} : { port: whole("--port", port, 65_535) }),
      ...(serial === undefined ? {} : { serial }),
      ...(values.line === undefined ? {} : { line: lineSettings(values.line) }),
      dialect: dialect as Dialect,
      behaviours: behaviours.slice(0, -1),
      behaviour: behaviours.at(-1) ?? "approve",
      delayMs: whole("--delay", values.delay ?? "2000", 3_600_000),
      ...(values.control === undefined ? {} : { control: whole("--control", values.control, 65_535) }),
      ...(addresses === undefined ? {} : { whitelist: addresses }),
      quiet: values.quiet === true,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // What parseArgs says of "--delay -1" is about its own grammar.
    const [, option] = /^Option '(--[a-z]+)' argument is ambiguous/.exec(message) ?? [];
    return bad(option === undefined ? message : `${option} must have a value that does not begin with "-"`);
  }
}

function bad(message: string): Arguments {
  return { command: "bad-usage", message: message.split("\n")[0] ?? message };
}

function whole(option: string, text: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text);
  throw new Error(`${option} must be a whole number, 0 to ${most}; got ${JSON.stringify(text)}`);
}

function lineSettings(text: string): LineSettings {
  try {
    return parseLine(text);
  } catch {
    throw new Error(
      `--line must be a speed from 1200 to 115200 and a form, such as 9600,7E1; got ${JSON.stringify(text)}`,
    );
  }
}
