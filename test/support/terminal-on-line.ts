/**
 * The simulated terminal at the far end of a serial line: of anything that carries bytes both ways.
 * @module
 */
import type { Connection } from "@concert-pay/core";
import {
  simulatedConnector,
  type PageSimulator,
  type SimulatedConnectorOptions,
} from "@concert-pay/simulator/page";

/** The end of a line at which the terminal stands. */
export type LineEnd = Pick<Connection, "incoming" | "write">;

/** Which bytes pass, in place of those given. May wait, or do something to the line meanwhile. */
export type Gate = (bytes: Uint8Array) => Uint8Array | Promise<Uint8Array>;

export interface OnLineOptions extends Omit<SimulatedConnectorOptions, "carrier"> {
  readonly toTerminal?: Gate;
  readonly toRegister?: Gate;
}

/** Puts a terminal there. It stays until the line ends, or for as long as the test runs. */
export async function terminalOnLine(end: LineEnd, options: OnLineOptions = {}): Promise<PageSimulator> {
  const { toTerminal, toRegister, ...simulated } = options;
  const connector = simulatedConnector({ ...simulated, carrier: "serial" });
  const terminal = await connector.open({ exchange: "line" });
  void pass(end.incoming, terminal, toTerminal);
  // A terminal goes on speaking into a line that the test has taken away.
  void pass(terminal.incoming, end, toRegister).catch(() => undefined);
  return connector.simulator;
}

async function pass(
  from: AsyncIterable<Uint8Array>,
  to: Pick<Connection, "write">,
  gate: Gate = (bytes) => bytes,
): Promise<void> {
  for await (const bytes of from) {
    const passing = await gate(bytes);
    if (passing.length > 0) await to.write(passing);
  }
}
