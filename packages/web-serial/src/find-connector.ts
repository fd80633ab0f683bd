/**
 * From nothing to a connector: the port picked before, or the one picked now.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import { matchPort, type PortMatch } from "./match-port.ts";
import { identify } from "./port-identity.ts";
import { savedChoice, saveChoice, type SavedChoiceOptions } from "./saved-choice.ts";
import { serialConnector, type SerialConnector, type SerialConnectorOptions } from "./serial-connector.ts";
import type { SerialLike } from "./serial-types.ts";
import { errorName, explainRefusal, requireSerial } from "./support.ts";

export interface FindConnectorOptions extends SerialConnectorOptions, SavedChoiceOptions {}

export interface RequestConnectorOptions extends FindConnectorOptions {
  /**
   * What the port picker shows; everything when left out. By USB vendor and product, or by Bluetooth service
   * class: `[{ usbVendorId: 0x0b00 }, { bluetoothServiceClassId: SERIAL_PORT_PROFILE }]`.
   */
  readonly filters?: readonly SerialPortFilter[];
}

/**
 * Lets the person pick the terminal's port, and remembers which it was. Call it from a click.
 *
 * `undefined` when the person closed the picker without picking. Rejects with `NOT_SUPPORTED` where the page
 * cannot use serial ports (reason as in `serialSupport`), `NOT_ALLOWED` reason `no-click` outside a click,
 * `BAD_REQUEST` for filters the browser does not take.
 */
export async function requestSerialConnector(
  options: RequestConnectorOptions = {},
): Promise<SerialConnector | undefined> {
  const serial = requireSerial(options.serial);
  try {
    const port = await serial.requestPort(pickerOptions(options.filters));
    saveChoice(options, identify(port.getInfo()));
    return serialConnector(port, { ...options, serial });
  } catch (error) {
    if (errorName(error) === "NotFoundError") return undefined;
    if (errorName(error) === "TypeError")
      throw new ConcertError("BAD_REQUEST", `the browser does not take these filters: ${String(error)}`, {
        field: "filters",
        rule: "USB vendor with or without product, or a Bluetooth service class",
        cause: error,
      });
    throw await explainRefusal(serial, error);
  }
}

/**
 * The terminal picked earlier, without a click: for page load. `undefined` unless it is certain which port it is;
 * `findSerialPort` tells why. Rejects with `NOT_SUPPORTED` where the page cannot use serial ports.
 */
export async function knownSerialConnector(
  options: FindConnectorOptions = {},
): Promise<SerialConnector | undefined> {
  const serial = requireSerial(options.serial);
  const match = await findSerialPort({ ...options, serial });
  return match.found === "one" ? serialConnector(match.port, { ...options, serial }) : undefined;
}

/**
 * Looks for the terminal among the ports this page may use: by the saved choice, or, when nothing is saved, the
 * only port there is. Never simply the first. `ambiguous` when several ports fit: let the person pick with
 * `requestSerialConnector`. Rejects with `NOT_SUPPORTED` where the page cannot use serial ports.
 */
export async function findSerialPort(
  options: SavedChoiceOptions & { readonly serial?: SerialLike } = {},
): Promise<PortMatch> {
  const serial = requireSerial(options.serial);
  const ports = await serial.getPorts().catch(async (cause: unknown) => {
    throw await explainRefusal(serial, cause);
  });
  return matchPort(ports, savedChoice(options));
}

/**
 * Calls back whenever a port this page may use was plugged in or out, to look for the terminal again. Returns
 * what ends it. Throws `NOT_SUPPORTED` where the page cannot use serial ports.
 */
export function onSerialPortsChanged(
  listener: () => void,
  options: { readonly serial?: SerialLike } = {},
): () => void {
  const serial = requireSerial(options.serial);
  serial.addEventListener("connect", listener);
  serial.addEventListener("disconnect", listener);
  return () => {
    serial.removeEventListener("connect", listener);
    serial.removeEventListener("disconnect", listener);
  };
}

function pickerOptions(filters: readonly SerialPortFilter[] | undefined): SerialPortRequestOptions {
  if (filters === undefined) return {};
  // Service classes other than SPP are shown only when they are named a second time.
  const services = filters.flatMap(({ bluetoothServiceClassId: service }) =>
    service === undefined ? [] : [service],
  );
  const allowed = services.length === 0 ? {} : { allowedBluetoothServiceClassIds: services };
  return { filters: [...filters], ...allowed };
}
