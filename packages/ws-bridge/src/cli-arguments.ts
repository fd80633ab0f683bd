/**
 * The command line and the configuration file of `concert-bridge`, read into one configuration.
 * @module
 */
import { parseArgs } from "node:util";
import { ConcertError } from "@concert-pay/core";
import { checkConfig, type BridgeConfig } from "./config.ts";
import { repeatedKey } from "./json-keys.ts";

export const HELP = `concert-bridge: lets web pages reach card terminals on the network

  concert-bridge --terminal NAME=HOST:PORT --allow-origin ORIGIN [options]

  --terminal NAME=HOST:PORT  a terminal and the name pages call it by; may be repeated
  --allow-origin ORIGIN      a page that may connect, such as https://pos.example.com; may be repeated
  --allow-host HOST[:PORT]   a name beside 127.0.0.1 and localhost that pages reach the bridge by; may be repeated
  --listen HOST:PORT         where to listen (default 127.0.0.1:8765; port 0 takes any free one)
  --token-file FILE          pages must offer the token in this file
  --config FILE              JSON: { "terminals": { NAME: "HOST:PORT" }, "allowOrigins": [...], "allowHosts": [...],
                             "listen": "HOST:PORT", "tokenFile": FILE, "limits": {...} }; options are added to it
  --help                     this text

The first SIGINT or SIGTERM waits for payments under way, the second stops at once.
`;

export type Command =
  | { readonly name: "run"; readonly config: BridgeConfig }
  | { readonly name: "help" }
  /** One line that says what to change. */
  | { readonly name: "usage"; readonly message: string };

/** Option names of the configuration, as the command line writes them. */
const FLAGS: Readonly<Record<string, string>> = {
  terminals: "--terminal",
  allowOrigins: "--allow-origin",
  allowHosts: "--allow-host",
  listen: "--listen",
  token: "the token in --token-file",
};

class UsageError extends Error {}

/** @param readFile text of a file; throws where it cannot be read. */
export function readArguments(argv: readonly string[], readFile: (path: string) => string): Command {
  try {
    return parse(argv, readFile);
  } catch (error) {
    return { name: "usage", message: usageMessage(error) };
  }
}

function parse(argv: readonly string[], readFile: (path: string) => string): Command {
  // Before its own options are judged: they are not known here.
  if (argv[0] === "doctor") throw new UsageError("doctor is not supported yet; leave it out");
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      terminal: { type: "string", multiple: true },
      "allow-origin": { type: "string", multiple: true },
      "allow-host": { type: "string", multiple: true },
      listen: { type: "string" },
      "token-file": { type: "string" },
      config: { type: "string" },
      "tls-cert": { type: "string" },
      "tls-key": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return { name: "help" };
  if (positionals.length > 0)
    throw new UsageError(`unexpected ${JSON.stringify(positionals[0])}; see --help`);
  if (values["tls-cert"] !== undefined || values["tls-key"] !== undefined)
    throw new UsageError(
      "--tls-cert and --tls-key are not supported yet; leave them out, or put a TLS proxy in front",
    );
  const file = values.config === undefined ? {} : readConfigFile(values.config, readFile);
  const terminals = readTerminals(values.terminal ?? [], file.terminals, values.config);
  const tokenFile = values["token-file"] ?? file.tokenFile;
  const listen = values.listen ?? file.listen;
  const config: BridgeConfig = {
    terminals: { ...file.terminals, ...terminals },
    allowOrigins: [...(file.allowOrigins ?? []), ...(values["allow-origin"] ?? [])],
    allowHosts: [...(file.allowHosts ?? []), ...(values["allow-host"] ?? [])],
    ...(listen === undefined ? {} : { listen }),
    ...(file.limits === undefined ? {} : { limits: file.limits }),
    ...(tokenFile === undefined ? {} : { token: read("--token-file", tokenFile, readFile).trim() }),
  };
  checkConfig(config);
  return { name: "run", config };
}

/** A name that stood for two addresses could send money to another counter's terminal. */
function readTerminals(
  texts: readonly string[],
  inFile: BridgeConfig["terminals"] | undefined,
  path: string | undefined,
): BridgeConfig["terminals"] {
  const named = new Map<string, string>();
  for (const [name, address] of texts.map(readTerminal)) {
    const where = named.has(name)
      ? "is named twice"
      : Object.hasOwn(inFile ?? {}, name)
        ? `is in --config ${path} already`
        : undefined;
    if (where !== undefined)
      throw new UsageError(`--terminal ${name} ${where}; give each terminal its own name`);
    named.set(name, address);
  }
  return Object.fromEntries(named);
}

function readTerminal(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new UsageError(`--terminal must be NAME=HOST:PORT; got ${JSON.stringify(text)}`);
  return [text.slice(0, at), text.slice(at + 1)];
}

interface ConfigFile extends Partial<Omit<BridgeConfig, "clock" | "onLog" | "connect" | "token">> {
  readonly tokenFile?: string;
}

const FILE_KEYS = ["terminals", "allowOrigins", "allowHosts", "listen", "tokenFile", "limits"];

function readConfigFile(path: string, readFile: (path: string) => string): ConfigFile {
  const text = read("--config", path, readFile);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`--config ${path} is not JSON: ${oneLine(error)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new UsageError(`--config ${path} must hold one JSON object`);
  const repeated = repeatedKey(text);
  if (repeated !== undefined)
    throw new UsageError(
      `--config ${path}: ${JSON.stringify(repeated)} stands twice; the first would be lost`,
    );
  const unknown = Object.keys(value).find((key) => !FILE_KEYS.includes(key));
  if (unknown !== undefined)
    throw new UsageError(`--config ${path}: ${JSON.stringify(unknown)} is none of ${FILE_KEYS.join(", ")}`);
  const { terminals = {}, allowOrigins = [], allowHosts = [], tokenFile } = value as Record<string, unknown>;
  if (typeof terminals !== "object" || Array.isArray(terminals))
    throw new UsageError(`--config ${path}: "terminals" must be an object of names and addresses`);
  if (!Array.isArray(allowOrigins) || !Array.isArray(allowHosts))
    throw new UsageError(`--config ${path}: "allowOrigins" and "allowHosts" must be lists`);
  // A number would be read as a file that is open already.
  if (tokenFile !== undefined && typeof tokenFile !== "string")
    throw new UsageError(`--config ${path}: "tokenFile" must be the path of a file`);
  return value as ConfigFile;
}

function read(option: string, path: string, readFile: (path: string) => string): string {
  try {
    // Editors on Windows begin a file with a byte order mark.
    return readFile(path).replace(/^\uFEFF/, "");
  } catch (error) {
    throw new UsageError(
      `${option}: cannot read ${path} (${(error as NodeJS.ErrnoException).code ?? oneLine(error)})`,
    );
  }
}

function usageMessage(error: unknown): string {
  if (error instanceof ConcertError && error.field !== undefined) {
    // Names of terminals may have dots of their own.
    const [, option = "", name] = /^([^.]*)(?:\.(.*))?$/.exec(error.field) ?? [];
    const flag = FLAGS[option] ?? option;
    const named = name === undefined ? flag : `${flag} ${name}`;
    return named + error.message.slice(error.field.length).replace(/; got undefined$/, "");
  }
  return oneLine(error);
}

function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split("\n", 1)[0] ?? "").replace(/\. To specify a positional argument.*$/, "; see --help");
}
