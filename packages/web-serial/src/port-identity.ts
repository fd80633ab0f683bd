/**
 * What can be known of a port: the browser gives no serial number and no path, only USB vendor and product or a
 * Bluetooth service class, and for a built-in RS232 port nothing at all.
 * @module
 */

/** Bluetooth service class of a serial line (SPP), for filters: `{ bluetoothServiceClassId: SERIAL_PORT_PROFILE }`. */
export const SERIAL_PORT_PROFILE = 0x1101;

export type PortIdentity =
  | { readonly kind: "usb"; readonly vendor: number; readonly product: number }
  /** `service`: a whole UUID in lower case. */
  | { readonly kind: "bluetooth"; readonly service: string }
  /** Built-in RS232, or an adapter that says nothing. All of them look the same. */
  | { readonly kind: "port" };

export function identify(info: SerialPortInfo): PortIdentity {
  const { usbVendorId: vendor, usbProductId: product, bluetoothServiceClassId: service } = info;
  if (vendor !== undefined && product !== undefined) return { kind: "usb", vendor, product };
  if (service !== undefined) return { kind: "bluetooth", service: wholeUuid(service) };
  return { kind: "port" };
}

/**
 * Names a port for the journal and the lock: `"serial:0403:6001"`, `"serial:bluetooth:1101"`, `"serial:port"`.
 * Two terminals of one model share a name; the browser offers nothing to tell them apart.
 */
export function portId(identity: PortIdentity): string {
  switch (identity.kind) {
    case "usb":
      return `serial:${hex(identity.vendor)}:${hex(identity.product)}`;
    case "bluetooth":
      // Short where it can be: a whole UUID of digits reads like a card number and would be masked in traces.
      return `serial:bluetooth:${shortUuid(identity.service)}`;
    case "port":
      return "serial:port";
  }
}

export function sameIdentity(a: PortIdentity, b: PortIdentity): boolean {
  return portId(a) === portId(b);
}

const BASE_UUID = "-0000-1000-8000-00805f9b34fb";

function wholeUuid(service: number | string): string {
  if (typeof service === "number") return service.toString(16).padStart(8, "0") + BASE_UUID;
  return service.toLowerCase();
}

function shortUuid(uuid: string): string {
  return /^0000[0-9a-f]{4}-/.test(uuid) && uuid.endsWith(BASE_UUID) ? uuid.slice(4, 8) : uuid;
}

function hex(id: number): string {
  return id.toString(16).padStart(4, "0");
}
