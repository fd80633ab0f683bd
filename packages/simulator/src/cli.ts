/**
 * The program `concert-simulator`.
 * @module
 */
import { readArguments, USAGE, type Arguments } from "./cli-arguments.ts";
import { startControl } from "./control.ts";
import { startSimulator } from "./simulator.ts";

async function run(options: Arguments & { command: "run" }): Promise<void> {
  const { command: _, control: controlPort, quiet, ...rest } = options;
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const log = quiet
    ? undefined
    : (line: string): void => print(`${new Date().toISOString().slice(11, 23)} ${line}`);
  const simulator = await startSimulator({ ...rest, ...(log === undefined ? {} : { log }) });
  const control = controlPort === undefined ? undefined : await startControl(simulator, controlPort);
  if (rest.port !== undefined)
    print(`concert-simulator (${rest.dialect}) listens on ${simulator.host}:${simulator.port}`);
  if (rest.serial !== undefined) print(`concert-simulator (${rest.dialect}) answers on ${rest.serial}`);
  if (control !== undefined) print(`control on http://127.0.0.1:${control.port}`);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => {
      void Promise.all([control?.stop(), simulator.stop()]).then(() => process.exit(0));
    });
}

function fail(message: string, code: number): void {
  process.stderr.write(`concert-simulator: ${message}\n`);
  process.exitCode = code;
}

/** One line that says what to change. */
function startFailure(error: unknown): string {
  const { code, port, address, hostname } = error as {
    readonly code?: string;
    readonly port?: number;
    readonly address?: string;
    readonly hostname?: string;
  };
  if (code === "EADDRINUSE") return `port ${port} is taken; give another with --port (or --control)`;
  if (code === "EACCES" && port !== undefined)
    return `port ${port} is not allowed; give one above 1023 with --port`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND")
    return `this machine has no address ${address ?? hostname ?? ""}; change --host`;
  return error instanceof Error ? error.message : String(error);
}

const options = readArguments(process.argv.slice(2));
switch (options.command) {
  case "help":
    process.stdout.write(USAGE);
    break;
  case "bad-usage":
    fail(`${options.message} (see --help)`, 2);
    break;
  case "run":
    run(options).catch((error: unknown) => {
      fail(startFailure(error), 1);
      process.exit();
    });
}
