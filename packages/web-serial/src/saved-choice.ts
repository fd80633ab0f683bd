/**
 * The port the person picked, remembered across page loads: its identity and nothing else.
 * @module
 */
import { identify, type PortIdentity } from "./port-identity.ts";

/** `localStorage`, or what stands in for it. */
export interface ChoiceStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export interface SavedChoiceOptions {
  /** Where the choice is kept. Default `localStorage`; without it the choice lasts as long as the page. */
  readonly store?: ChoiceStore;
  /** The name it is kept under, for pages that serve several counters. Default `"concert-pay.serial-port"`. */
  readonly storageKey?: string;
}

const DEFAULT_KEY = "concert-pay.serial-port";

/** A store that is missing, full or forbidden loses the choice, never the payment: the person is asked again. */
export function saveChoice(options: SavedChoiceOptions, identity: PortIdentity): void {
  try {
    storeOf(options)?.setItem(options.storageKey ?? DEFAULT_KEY, JSON.stringify(toInfo(identity)));
  } catch {
    // Quota, private mode or a blocked store.
  }
}

/** `undefined` when nothing, or nothing readable, was saved. */
export function savedChoice(options: SavedChoiceOptions): PortIdentity | undefined {
  try {
    const text = storeOf(options)?.getItem(options.storageKey ?? DEFAULT_KEY) ?? undefined;
    return text === undefined ? undefined : parseChoice(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function storeOf({ store }: SavedChoiceOptions): ChoiceStore | undefined {
  // Reading the property alone throws where the person blocked site data.
  return store ?? (globalThis as { localStorage?: ChoiceStore }).localStorage;
}

function toInfo(identity: PortIdentity): SerialPortInfo {
  switch (identity.kind) {
    case "usb":
      return { usbVendorId: identity.vendor, usbProductId: identity.product };
    case "bluetooth":
      return { bluetoothServiceClassId: identity.service };
    case "port":
      return {};
  }
}

function parseChoice(value: unknown): PortIdentity | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { usbVendorId, usbProductId, bluetoothServiceClassId } = value as Record<string, unknown>;
  if (isUsbId(usbVendorId) && isUsbId(usbProductId)) return identify({ usbVendorId, usbProductId });
  if (typeof bluetoothServiceClassId === "string") return identify({ bluetoothServiceClassId });
  return Object.keys(value).length === 0 ? { kind: "port" } : undefined;
}

function isUsbId(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 0xffff;
}
