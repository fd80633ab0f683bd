/**
 * In the page: the terminal's port, as soon as the browser has it. No click.
 * @module
 */
import {
  findSerialPort,
  knownSerialConnector,
  onSerialPortsChanged,
  type SerialConnector,
  type SerialConnectorOptions,
} from "../../../packages/web-serial/src/index.ts";

export async function knownPort(options: SerialConnectorOptions = {}): Promise<SerialConnector> {
  await portsBecome((count) => count === 1);
  const connector = await knownSerialConnector(options);
  if (connector === undefined) throw new Error("the only port is not the one known");
  return connector;
}

/** Waits until the browser has no port left. */
export async function noPort(): Promise<void> {
  await portsBecome((count) => count === 0);
}

async function portsBecome(right: (count: number) => boolean): Promise<void> {
  let changed: () => void = () => undefined;
  const stop = onSerialPortsChanged(() => changed());
  for (;;) {
    const change = new Promise<void>((resolve) => (changed = resolve));
    const match = await findSerialPort();
    if (right(match.found === "one" ? 1 : match.found === "none" ? 0 : 2)) break;
    await change;
  }
  stop();
}
