import { maskCardNumbers } from "@concert-pay/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { identify, portId, sameIdentity } from "./port-identity.ts";

test.each([
  [{ usbVendorId: 0x0403, usbProductId: 0x6001 }, "serial:0403:6001"],
  [{ usbVendorId: 0, usbProductId: 0xffff }, "serial:0000:ffff"],
  [{ bluetoothServiceClassId: 0x1101 }, "serial:bluetooth:1101"],
  [{ bluetoothServiceClassId: "00001101-0000-1000-8000-00805F9B34FB" }, "serial:bluetooth:1101"],
  [
    { bluetoothServiceClassId: "6e400001-b5a3-f393-e0a9-e50e24dcca9e" },
    "serial:bluetooth:6e400001-b5a3-f393-e0a9-e50e24dcca9e",
  ],
  [{}, "serial:port"],
  [{ usbVendorId: 0x0403 }, "serial:port"],
])("%j is named %s", (info, id) => {
  expect(portId(identify(info))).toBe(id);
});

test("a Bluetooth service written as number and as UUID is the same port", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 0xffff }), (service) => {
      const uuid = `${service.toString(16).padStart(8, "0")}-0000-1000-8000-00805f9b34fb`;
      const spellings = [service, uuid, uuid.toUpperCase()].map((id) =>
        identify({ bluetoothServiceClassId: id }),
      );
      expect(spellings.every((one) => sameIdentity(one, identify({ bluetoothServiceClassId: uuid })))).toBe(
        true,
      );
    }),
  );
});

test("no usual name is taken for a card number", () => {
  for (const info of [{ usbVendorId: 0x1234, usbProductId: 0x5678 }, { bluetoothServiceClassId: 0x1101 }]) {
    const id = portId(identify(info));
    expect(maskCardNumbers(id)).toBe(id);
  }
});
