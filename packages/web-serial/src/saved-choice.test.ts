import fc from "fast-check";
import { expect, test } from "vitest";
import { identify, type PortIdentity } from "./port-identity.ts";
import { savedChoice, saveChoice } from "./saved-choice.ts";

function storeHolding(text: string | null) {
  return { store: { getItem: () => text, setItem: (_key: string, value: string) => void (text = value) } };
}

const usbId = fc.integer({ min: 0, max: 0xffff });
const identity: fc.Arbitrary<PortIdentity> = fc.oneof(
  fc.record({ kind: fc.constant("usb" as const), vendor: usbId, product: usbId }),
  fc.uuid().map((uuid) => identify({ bluetoothServiceClassId: uuid })),
  fc.constant({ kind: "port" as const }),
);

test("what was saved is what is found", () => {
  fc.assert(
    fc.property(identity, (choice) => {
      const options = storeHolding(null);
      saveChoice(options, choice);
      expect(savedChoice(options)).toEqual(choice);
    }),
  );
});

test.each([
  ["nothing", null],
  ["no JSON", "{usb"],
  ["null", "null"],
  ["a number", "5"],
  ["a vendor alone", '{"usbVendorId":5}'],
  ["an id of five digits", '{"usbVendorId":65536,"usbProductId":1}'],
  ["a negative id", '{"usbVendorId":-1,"usbProductId":1}'],
  ["a service that is no text", '{"bluetoothServiceClassId":{}}'],
])("%s in the store is no choice", (_what, text) => {
  expect(savedChoice(storeHolding(text))).toBeUndefined();
});

test("without any store there is no choice", () => {
  saveChoice({}, { kind: "port" });
  expect(savedChoice({})).toBeUndefined();
});
