/**
 * A simulated terminal on the network, on a serial line, or both.
 * @module
 */
import { systemClock, type Clock } from "@concert-pay/core";
import { checkOptions } from "./checks.ts";
import { TerminalControls } from "./controls.ts";
import { describeScreen } from "./describe-screen.ts";
import { TerminalModel } from "./model/terminal-model.ts";
import { SerialLine } from "./serial-line.ts";
import { TcpService } from "./service.ts";
import { SERVICE, SIMULATOR, type ServiceSettings, type SimulatorOptions } from "./simulator-options.ts";

export type { ServiceSettings, SimulatorOptions };

/**
 * Starts a terminal.
 * @throws ConcertError `BAD_REQUEST` naming the option, `NOT_SUPPORTED` and `UNREACHABLE` of a serial line; the
 * system's error where the port cannot be had (EADDRINUSE)
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  checkOptions(SIMULATOR, options);
  const { host = "127.0.0.1", serial, port = serial === undefined ? 8888 : undefined } = options;
  const clock = options.clock ?? systemClock();
  const model = new TerminalModel({ ...options, clock });
  const simulator = new Simulator(model, { ...options, host, clock });
  try {
    await simulator.start(port);
  } catch (error) {
    await simulator.stop();
    throw error;
  }
  return simulator;
}

/** A running terminal. Made by {@link startSimulator}. */
export class Simulator extends TerminalControls {
  readonly host: string;
  readonly #options: SimulatorOptions & { readonly clock: Clock };
  readonly #service: TcpService;
  readonly #log: (line: string) => void;
  #line: SerialLine | undefined;
  #whitelist: readonly string[] | undefined;
  #onNetwork = false;
  #stopped = false;
  #connections = 0;

  constructor(
    model: TerminalModel,
    options: SimulatorOptions & { readonly host: string; readonly clock: Clock },
  ) {
    super(model);
    const { host, clock, dialect = "v3", requestQuietMs, log } = options;
    this.host = host;
    this.#options = options;
    this.#whitelist = options.whitelist;
    this.#log = log ?? ((): void => undefined);
    this.#service = new TcpService({
      model,
      clock,
      host,
      dialect,
      requestQuietMs,
      log: this.#log,
      onRestart: () => void this.reboot(),
      nextConnection: () => this.#connections++,
    });
    if (log !== undefined) model.onScreen((screen) => log(describeScreen(screen)));
  }

  /** The port in use, also where 0 was asked for; 0 where there is only a serial line. */
  get port(): number {
    return this.#service.port;
  }

  /** Open TCP connections. */
  get connections(): number {
    return this.#service.connections;
  }

  /** Called once by {@link startSimulator}. */
  async start(port: number | undefined): Promise<void> {
    if (port !== undefined) {
      await this.#service.listen(port, this.#whitelist);
      this.#onNetwork = true;
    }
    await this.#openLine();
  }

  /**
   * Restarts the service without notice: open connections are reset, a payment under way goes on. With another port
   * or whitelist, as when someone changes it on the terminal.
   * @throws ConcertError `BAD_REQUEST`; the system's error where the port cannot be had, and then the old one serves
   */
  async restart(change: ServiceSettings = {}): Promise<void> {
    checkOptions(SERVICE, change);
    const { port } = this;
    const whitelist = change.whitelist ?? this.#whitelist;
    if (this.#onNetwork) {
      this.#log("the service restarts");
      await this.#service.close();
      try {
        await this.#service.listen(change.port ?? port, whitelist);
      } catch (error) {
        await this.#service.listen(port, this.#whitelist);
        throw error;
      }
    }
    this.#whitelist = whitelist;
  }

  /** Power off and on: connections are reset, a payment the customer had not decided is lost. */
  async reboot(): Promise<void> {
    if (this.#stopped) return;
    this.model.reboot();
    await this.#line?.close();
    await Promise.all([this.restart(), this.#openLine()]);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#onNetwork = false;
    this.model.reboot();
    await this.#line?.close();
    await this.#service.close();
  }

  async #openLine(): Promise<void> {
    const { serial, line, openPort, clock, dialect = "v3" } = this.#options;
    if (serial === undefined) return;
    this.#line = await SerialLine.open({
      model: this.model,
      clock,
      dialect,
      path: serial,
      connection: this.#connections++,
      log: this.#log,
      onRestart: () => void this.reboot(),
      ...(line === undefined ? {} : { line }),
      ...(openPort === undefined ? {} : { open: openPort }),
    });
  }
}
