/**
 * `concert-bridge` as a program of its own, which can be killed and started again at the same address.
 * @module
 */
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** The program, from the sources as they are. */
export function buildBridge(): void {
  const { status } = spawnSync(
    process.execPath,
    ["node_modules/typescript/bin/tsc", "-b", "packages/ws-bridge"],
    {
      cwd: root,
    },
  );
  if (status !== 0) throw new Error("packages/ws-bridge does not compile");
}

export interface BridgeProgramOptions {
  /** Port of the terminal on this machine, named `counter-1`. */
  readonly terminalPort: number;
  readonly origin: string;
}

export class BridgeProgram {
  readonly #options: BridgeProgramOptions;
  #child: ChildProcess | undefined;
  #port = 0;

  constructor(options: BridgeProgramOptions) {
    this.#options = options;
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#port}`;
  }

  /** Resolves when it listens; at the port it had before, if it was started before. */
  async start(): Promise<void> {
    const { terminalPort, origin } = this.#options;
    const program = "packages/ws-bridge/bin/concert-bridge.js";
    const terminal = `counter-1=127.0.0.1:${terminalPort}`;
    const listen = `127.0.0.1:${this.#port}`;
    const child = spawn(
      process.execPath,
      [program, "--terminal", terminal, "--allow-origin", origin, "--listen", listen],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] },
    );
    this.#child = child;
    this.#port = await new Promise((resolve, reject) => {
      let said = "";
      // Read to its end, so that the program never meets a closed pipe.
      child.stdout.on("data", (chunk) => {
        said += String(chunk);
        const port = /listening on ws:\S+:(\d+)/.exec(said)?.[1];
        if (port !== undefined) resolve(Number(port));
      });
      child.once("exit", () => reject(new Error(`the bridge does not listen: ${said}`)));
    });
  }

  /** SIGKILL. */
  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
