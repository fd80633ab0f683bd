/**
 * A simulated terminal on the network, on a serial line, or both.
 * @module
 */
import { badRequest, systemClock, type Clock, type Dialect, type FinancialAction } from "@concert-pay/core";
import type { BehaviourChoice } from "./model/behaviour.ts";
import type { LedgerEntry, RequestRecord } from "./model/ledger.ts";
import type { Key, Screen } from "./model/screen.ts";
import { TerminalModel, type TerminalModelOptions } from "./model/terminal-model.ts";
import { TcpService } from "./service.ts";

export interface SimulatorOptions extends Omit<TerminalModelOptions, "clock"> {
  /** Address to listen on. Default `"127.0.0.1"`. */
  readonly host?: string;
  /** 1 to 65535, or 0 for any free one. Default 8888. */
  readonly port?: number;
  /** V2 over TCP is the serial dialogue inside the socket (protocol.md 8.3). Default `"v3"`. */
  readonly dialect?: Dialect;
  /** Addresses of registers; others are dropped when they connect. Default: everyone is served. */
  readonly whitelist?: readonly string[];
  /** Silence that ends a request over IP, in milliseconds. Default 20. */
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

export interface Simulator {
  readonly host: string;
  /** The port in use, also where 0 was asked for. */
  readonly port: number;
  /** Money that moved, oldest first. */
  readonly ledger: readonly LedgerEntry[];
  /** Every request with its fate, oldest first. */
  readonly requests: readonly RequestRecord[];
  readonly screen: Screen;
  /** Open connections. */
  readonly connections: number;
  readonly model: TerminalModel;
  /** One behaviour for each of the next financial requests. @throws ConcertError `BAD_REQUEST` */
  script(behaviours: readonly BehaviourChoice[]): void;
  /** For requests beyond the script. @throws ConcertError `BAD_REQUEST` */
  setBehaviour(behaviour: BehaviourChoice): void;
  /** Someone acts at the terminal. False when it waits for nobody. */
  press(key: Key): boolean;
  /** Restarts the service without notice: open connections are reset, a payment under way goes on. */
  restart(settings?: ServiceSettings): Promise<void>;
  /** Power off and on: connections are reset, a payment the customer had not decided is lost. */
  reboot(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts a terminal.
 * @throws ConcertError `BAD_REQUEST` naming the option; the system's error where the port cannot be had (EADDRINUSE)
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host = "127.0.0.1", port = 8888, dialect = "v3", whitelist, requestQuietMs } = options;
  checkPort(port);
  const clock = options.clock ?? systemClock();
  const log = options.log ?? ((): void => undefined);
  const model = new TerminalModel({ ...options, clock });
  let connections = 0;
  let settings: ServiceSettings = { port, ...(whitelist === undefined ? {} : { whitelist }) };
  const service = new TcpService({
    model,
    clock,
    host,
    dialect,
    requestQuietMs,
    log,
    onRestart: () => void reboot(),
    nextConnection: () => connections++,
  });
  model.onScreen((screen) => log(describeScreen(screen)));
  await service.listen(port, whitelist);

  async function restart(change: ServiceSettings = {}): Promise<void> {
    if (change.port !== undefined) checkPort(change.port);
    settings = { ...settings, port: service.port, ...change };
    log("the service restarts");
    await service.close();
    await service.listen(settings.port ?? port, settings.whitelist);
  }

  async function reboot(): Promise<void> {
    model.reboot();
    await restart();
  }

  return {
    host,
    model,
    get port() {
      return service.port;
    },
    get ledger() {
      return model.ledger;
    },
    get requests() {
      return model.requests;
    },
    get screen() {
      return model.screen;
    },
    get connections() {
      return service.connections;
    },
    script: (behaviours) => model.script(behaviours),
    setBehaviour: (behaviour) => model.setBehaviour(behaviour),
    press: (key) => model.press(key),
    restart,
    reboot,
    async stop() {
      model.reboot();
      await service.close();
    },
  };
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw badRequest("port", "an integer, 0 to 65535", port);
}

const VERBS: Readonly<Record<FinancialAction, string>> = {
  debit: "debit",
  credit: "credit",
  reversal: "cancellation",
};

function describeScreen(screen: Screen): string {
  switch (screen.name) {
    case "idle":
    case "occupied":
      return `screen: ${screen.name}`;
    default: {
      const { action, amount, currency } = screen.payment;
      const result = screen.name === "result" ? (screen.charged ? ", charged" : ", not charged") : "";
      return `screen: ${screen.name}, ${VERBS[action]} of ${amount} (${currency})${result}`;
    }
  }
}
