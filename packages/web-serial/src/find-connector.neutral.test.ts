import { ConcertError } from "@concert-pay/core";
import { beforeEach, expect, test } from "vitest";
import {
  findSerialPort,
  knownSerialConnector,
  onSerialPortsChanged,
  requestSerialConnector,
} from "./find-connector.ts";
import { SERIAL_PORT_PROFILE } from "./port-identity.ts";
import type { ChoiceStore } from "./saved-choice.ts";
import { FakeDevice, FakeSerial } from "./testing/fake-serial.ts";

const INGENICO: SerialPortInfo = { usbVendorId: 0x0b00, usbProductId: 0x0080 };
const BLUETOOTH: SerialPortInfo = { bluetoothServiceClassId: "00001101-0000-1000-8000-00805f9b34fb" };

let serial: FakeSerial;
let store: ChoiceStore & { readonly saved: Map<string, string> };

beforeEach(() => {
  serial = new FakeSerial();
  const saved = new Map<string, string>();
  store = {
    saved,
    getItem: (key) => saved.get(key) ?? null,
    setItem: (key, value) => void saved.set(key, value),
  };
});

async function pick(device: FakeDevice) {
  serial.picks = device;
  return requestSerialConnector({ serial, store });
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  const error = await work.catch((thrown: unknown) => thrown);
  return error instanceof ConcertError
    ? { code: error.code, reason: error.reason, field: error.field }
    : error;
}

test("the picked port becomes a connector, and is known at the next page load without a click", async () => {
  const terminal = new FakeDevice(INGENICO);
  serial.plug(new FakeDevice(), new FakeDevice({}));
  serial.plugUngranted(terminal);
  expect((await pick(terminal))?.id).toBe("serial:0b00:0080");
  const known = await knownSerialConnector({ serial, store });
  expect(known?.id).toBe("serial:0b00:0080");
  await known?.open({ exchange: "x" });
  expect(terminal.settings?.baudRate).toBe(9600);
});

test("nothing but the port's identity is kept", async () => {
  const terminal = new FakeDevice(INGENICO);
  serial.plugUngranted(terminal);
  await pick(terminal);
  expect([...store.saved]).toEqual([["concert-pay.serial-port", '{"usbVendorId":2816,"usbProductId":128}']]);
});

test("a closed picker is no error and keeps the choice made before", async () => {
  const terminal = new FakeDevice(INGENICO);
  serial.plug(terminal, new FakeDevice());
  await pick(terminal);
  serial.picks = "nothing";
  expect(await requestSerialConnector({ serial, store })).toBeUndefined();
  expect((await knownSerialConnector({ serial, store }))?.id).toBe("serial:0b00:0080");
});

test("the picker shows what the filters name, Bluetooth services included", async () => {
  const terminal = new FakeDevice(BLUETOOTH);
  serial.plugUngranted(terminal);
  serial.picks = terminal;
  const filters = [{ usbVendorId: 0x0b00 }, { bluetoothServiceClassId: SERIAL_PORT_PROFILE }];
  const connector = await requestSerialConnector({ serial, store, filters });
  expect(serial.requests).toEqual([{ filters, allowedBluetoothServiceClassIds: [SERIAL_PORT_PROFILE] }]);
  expect(connector?.id).toBe("serial:bluetooth:1101");
  expect((await knownSerialConnector({ serial, store }))?.id).toBe("serial:bluetooth:1101");
});

test("without filters the picker shows everything", async () => {
  await requestSerialConnector({ serial, store });
  expect(serial.requests).toEqual([{}]);
});

test("the only port the page may use is taken when nothing was saved", async () => {
  serial.plug(new FakeDevice({}));
  serial.plugUngranted(new FakeDevice());
  expect((await knownSerialConnector({ serial, store }))?.id).toBe("serial:port");
});

test("of several ports none is taken when nothing was saved", async () => {
  serial.plug(new FakeDevice(), new FakeDevice(INGENICO));
  expect(await knownSerialConnector({ serial, store })).toBeUndefined();
  expect(await findSerialPort({ serial, store })).toMatchObject({ found: "ambiguous", ports: [{}, {}] });
});

test("of two identical ports none is taken, whatever was saved", async () => {
  const terminal = new FakeDevice(INGENICO);
  serial.plug(terminal, new FakeDevice(INGENICO));
  await pick(terminal);
  expect(await knownSerialConnector({ serial, store })).toBeUndefined();
  expect(await findSerialPort({ serial, store })).toMatchObject({ found: "ambiguous" });
});

test("another port is not taken while the saved one is not plugged in", async () => {
  const terminal = new FakeDevice(INGENICO);
  serial.plug(terminal, new FakeDevice());
  await pick(terminal);
  serial.unplug(terminal);
  expect(await knownSerialConnector({ serial, store })).toBeUndefined();
  expect(await findSerialPort({ serial, store })).toEqual({ found: "none" });
});

test("two counters on one page keep their own choice", async () => {
  const left = new FakeDevice(INGENICO);
  const right = new FakeDevice();
  serial.plug(left, right);
  serial.picks = left;
  await requestSerialConnector({ serial, store, storageKey: "left" });
  serial.picks = right;
  await requestSerialConnector({ serial, store, storageKey: "right" });
  expect((await knownSerialConnector({ serial, store, storageKey: "left" }))?.id).toBe("serial:0b00:0080");
  expect((await knownSerialConnector({ serial, store, storageKey: "right" }))?.id).toBe("serial:0403:6001");
});

test("a store that throws costs the choice only", async () => {
  const broken: ChoiceStore = {
    getItem: () => {
      throw new Error("blocked");
    },
    setItem: () => {
      throw new Error("quota");
    },
  };
  const terminal = new FakeDevice(INGENICO);
  serial.plugUngranted(terminal);
  serial.picks = terminal;
  expect((await requestSerialConnector({ serial, store: broken }))?.id).toBe("serial:0b00:0080");
  expect((await knownSerialConnector({ serial, store: broken }))?.id).toBe("serial:0b00:0080");
});

test("changes of the ports are told until the listener is removed", async () => {
  let heard = 0;
  const terminal = new FakeDevice(INGENICO);
  const stop = onSerialPortsChanged(() => heard++, { serial });
  serial.plug(terminal);
  serial.unplug(terminal);
  expect(heard).toBe(2);
  stop();
  serial.plug(terminal);
  expect(heard).toBe(2);
});

test("outside a click the picker is NOT_ALLOWED", async () => {
  serial.clicked = false;
  expect(await failure(requestSerialConnector({ serial, store }))).toMatchObject({
    code: "NOT_ALLOWED",
    reason: "no-click",
  });
});

test("under a permissions policy everything is NOT_SUPPORTED", async () => {
  serial.allowed = false;
  const refused = { code: "NOT_SUPPORTED", reason: "blocked-by-policy" };
  expect(await failure(requestSerialConnector({ serial, store }))).toMatchObject(refused);
  expect(await failure(knownSerialConnector({ serial, store }))).toMatchObject(refused);
});

test("filters the browser does not take are BAD_REQUEST", async () => {
  serial.requestPort = async () => {
    throw new TypeError("A filter containing a usbProductId must also specify a usbVendorId.");
  };
  const asked = requestSerialConnector({ serial, store, filters: [{ usbProductId: 1 }] });
  expect(await failure(asked)).toMatchObject({ code: "BAD_REQUEST", field: "filters" });
});

test("any other fault of the browser is UNREACHABLE", async () => {
  serial.getPorts = async () => {
    throw new DOMException("The service crashed.", "UnknownError");
  };
  expect(await failure(knownSerialConnector({ serial, store }))).toMatchObject({
    code: "UNREACHABLE",
    reason: "serial-service",
  });
});
