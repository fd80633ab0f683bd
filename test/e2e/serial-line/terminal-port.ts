/**
 * How the terminal of these tests shows itself to the browser.
 * @module
 */
import type { RigPort } from "../../serial-rig/rig.ts";

export const TERMINAL_PORT: RigPort = {
  name: "ttyCONCERT0",
  usb: { vendorId: 0x0b00, productId: 0x0080, serialNumber: "SN1" },
};
