import {
  ConcertError,
  LINE_8N1,
  openTerminal,
  type Clock,
  type Connection,
  type LineSettings,
} from "@concert-pay/core";
import { beforeEach, describe, expect, test } from "vitest";
import type { LineNoise } from "./line-noise.ts";
import { serialConnector, type SerialConnectorOptions } from "./serial-connector.ts";
import type { SerialPortLike } from "./serial-types.ts";
import { FakeDevice, FakeSerial } from "./testing/fake-serial.ts";
import { JumpingClock } from "./testing/jumping-clock.ts";

const ENQ = Uint8Array.of(5);
const NINE_BITS: LineSettings = {
  baudRate: 1200,
  dataBits: 8,
  parity: "odd",
  stopBits: 2,
  hardwareFlowControl: true,
};

/** Nothing is ever over. */
const STOPPED: Clock = { now: () => 0, wallTime: () => 0, setTimer: () => () => {} };

let serial: FakeSerial;
let device: FakeDevice;

beforeEach(() => {
  serial = new FakeSerial();
  device = new FakeDevice();
  serial.plug(device);
});

function connectorOf(options: SerialConnectorOptions = {}) {
  return serialConnector(serial.portOf(device), { serial, clock: new JumpingClock(), ...options });
}

/** Reads until that many bytes have come. */
async function take(connection: Pick<Connection, "incoming">, count: number): Promise<number[]> {
  const bytes: number[] = [];
  const chunks = connection.incoming[Symbol.asyncIterator]();
  while (bytes.length < count) {
    const { done, value } = await chunks.next();
    if (done === true) break;
    bytes.push(...value);
  }
  return bytes;
}

async function readToEnd(connection: Connection): Promise<number[]> {
  return take(connection, Infinity);
}

async function failure(work: Promise<unknown>): Promise<Pick<ConcertError, "code" | "reason">> {
  const error = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ConcertError)) throw new Error(`expected a ConcertError, got ${String(error)}`);
  return { code: error.code, reason: error.reason };
}

/** Everything that needs no time to pass. */
const settled = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

describe("opening", () => {
  test("opens with the line settings of the profile, and with 9600 8N1 when there are none", async () => {
    const connector = connectorOf();
    await (await connector.open({ exchange: "x", line: NINE_BITS })).close();
    expect(device.settings).toMatchObject({
      baudRate: 1200,
      dataBits: 8,
      parity: "odd",
      stopBits: 2,
      flowControl: "hardware",
    });
    await connector.open();
    expect(device.settings).toMatchObject({
      baudRate: 9600,
      dataBits: 8,
      parity: "none",
      stopBits: 1,
      flowControl: "none",
    });
  });

  test("opens with its own line settings for a terminal that was given none, else with the terminal's", async () => {
    const fast: LineSettings = { ...LINE_8N1, baudRate: 115_200 };
    for (const [line, baudRate] of [
      [undefined, 115_200],
      [NINE_BITS, 1_200],
    ] as const) {
      const connector = connectorOf({ line: fast });
      const register = { number: "01", identifier: "012345678901" };
      const terminal = openTerminal({ connector, register, ...(line === undefined ? {} : { line }) });
      const asked = failure(terminal.identify());
      await expect.poll(() => device.settings?.baudRate).toBe(baudRate);
      await terminal.close();
      await asked;
    }
  });

  test("raises DTR and RTS, or sets them as asked", async () => {
    await (await connectorOf().open()).close();
    expect(device.signals).toEqual({ dataTerminalReady: true, requestToSend: true });
    await connectorOf({ signals: { requestToSend: false } }).open();
    expect(device.signals).toEqual({ dataTerminalReady: true, requestToSend: false });
  });

  test("leaves RTS to the driver under hardware flow control", async () => {
    await connectorOf({ line: NINE_BITS }).open();
    expect(device.signals).toEqual({ dataTerminalReady: true });
  });

  test("opens a device that has no modem lines", async () => {
    device.hasSignals = false;
    const connection = await connectorOf().open();
    await connection.write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  const otherwise: readonly (readonly [string, SerialPortLike["setSignals"]])[] = [
    ["is missing", undefined],
    [
      "throws at once",
      () => {
        throw new TypeError("setSignals is not implemented");
      },
    ],
    ["never answers", () => new Promise(() => {})],
  ];

  test.each(otherwise)("opens a port whose setSignals %s", async (_what, setSignals) => {
    Object.defineProperty(serial.portOf(device), "setSignals", { value: setSignals });
    const connection = await connectorOf().open();
    await connection.write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  test("closes and reopens a port that was left open by nobody who still uses it", async () => {
    await serial.portOf(device).open({ baudRate: 300 });
    const connection = await connectorOf().open();
    expect(device.settings?.baudRate).toBe(9600);
    await connection.write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  test("leaves a port alone that another part of the page is reading", async () => {
    const port = serial.portOf(device);
    await port.open({ baudRate: 300 });
    const reader = port.readable?.getReader();
    expect(await failure(connectorOf().open())).toEqual({ code: "UNREACHABLE", reason: "port-busy" });
    expect(device.settings?.baudRate).toBe(300);
    reader?.releaseLock();
  });

  test("tries again for a moment while the system still holds a device just plugged in", async () => {
    device.failingOpens = 3;
    await connectorOf().open();
    expect(device.settings?.baudRate).toBe(9600);
  });

  test("gives up on a port that another program keeps", async () => {
    device.failingOpens = 4;
    expect(await failure(connectorOf().open())).toEqual({ code: "UNREACHABLE", reason: "port-busy" });
    expect(device.settings).toBeUndefined();
  });

  test("does not try again where one try takes long, as over Bluetooth", async () => {
    const clock = new JumpingClock();
    let tries = 0;
    serial.portOf(device).open = async () => {
      tries++;
      clock.pass(5000);
      throw new DOMException("out of reach", "NetworkError");
    };
    expect(await failure(connectorOf({ clock }).open())).toMatchObject({ code: "UNREACHABLE" });
    expect(tries).toBe(1);
  });

  test("can be opened again after an open that failed", async () => {
    const connector = connectorOf();
    device.failingOpens = 4;
    await failure(connector.open());
    await connector.open();
    expect(device.settings?.baudRate).toBe(9600);
  });

  test("refuses a second connection while one is open", async () => {
    const connector = connectorOf();
    await connector.open();
    expect(await failure(connector.open())).toMatchObject({ code: "WRONG_STATE" });
  });

  test("waits for the last connection to let go of the port, without trying meanwhile", async () => {
    const port = serial.portOf(device);
    const calls: string[] = [];
    const [open, close] = [port.open.bind(port), port.close.bind(port)];
    port.open = async (settings) => {
      calls.push("open");
      await open(settings);
    };
    port.close = async () => {
      for (let turn = 0; turn < 50; turn++) await undefined;
      await close();
      calls.push("closed");
    };
    const connector = connectorOf();
    const first = await connector.open();
    void first.close();
    await (await connector.open()).write(ENQ);
    expect(calls).toEqual(["open", "closed", "open"]);
    expect(device.writes).toEqual([ENQ]);
  });
});

describe("two connectors over one port", () => {
  test("do not take it from each other while the first is still opening it", async () => {
    const port = serial.portOf(device);
    let raise: () => void = () => {};
    port.setSignals = () => new Promise((resolve) => (raise = resolve));
    const opening = connectorOf({ clock: STOPPED }).open();
    await settled();
    expect(await failure(connectorOf().open())).toEqual({ code: "WRONG_STATE", reason: "port-taken" });
    raise();
    await (await opening).write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  test("do not take it from each other while one has it open", async () => {
    const first = await connectorOf().open();
    expect(await failure(connectorOf().open())).toEqual({ code: "WRONG_STATE", reason: "port-taken" });
    await first.write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  test("use it in turn: the second waits for the first to let go", async () => {
    const first = await connectorOf().open();
    void first.close();
    await (await connectorOf().open()).write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  test("share it again after an open that failed", async () => {
    device.failingOpens = 4;
    await failure(connectorOf().open());
    await connectorOf().open();
    expect(device.settings?.baudRate).toBe(9600);
  });

  test("share it again after one was lost, and after one was disposed of while it opened", async () => {
    const first = await connectorOf().open();
    device.hangUp();
    await failure(readToEnd(first));
    const second = connectorOf();
    const opening = failure(second.open());
    await second.dispose();
    await opening;
    await (await connectorOf().open()).write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });
});

describe("bytes", () => {
  test("arrive in order, whatever their value", async () => {
    const connection = await connectorOf().open();
    const all = Uint8Array.from({ length: 256 }, (_, value) => value);
    await device.far.write(all.subarray(0, 100));
    await device.far.write(all.subarray(100));
    expect(await take(connection, 256)).toEqual([...all]);
  });

  test("leave in one write per call", async () => {
    const connection = await connectorOf().open();
    const frame = Uint8Array.from({ length: 515 }, (_, at) => at % 128);
    await connection.write(frame);
    await connection.write(ENQ);
    expect(device.writes).toEqual([frame, ENQ]);
  });

  test("written just before close() still leave", async () => {
    const connection = await connectorOf().open();
    const writing = connection.write(Uint8Array.of(4));
    await connection.close();
    await writing;
    expect(device.writes).toEqual([Uint8Array.of(4)]);
  });
});

describe("noise", () => {
  const kinds: readonly (readonly [string, LineNoise])[] = [
    ["ParityError", "parity"],
    ["FramingError", "framing"],
    ["BreakError", "break"],
    ["BufferOverrunError", "overrun"],
  ];

  test.each(kinds)("%s is counted as %s and read past", async (error, kind) => {
    const heard: LineNoise[] = [];
    const connector = connectorOf({ onNoise: (noise) => heard.push(noise) });
    const connection = await connector.open();
    await device.far.write(Uint8Array.of(1));
    device.fail(error);
    device.fail(error);
    await device.far.write(Uint8Array.of(2));
    expect(await take(connection, 2)).toEqual([1, 2]);
    expect(connector.noise).toEqual({ parity: 0, framing: 0, break: 0, overrun: 0, [kind]: 2 });
    expect(heard).toEqual([kind, kind]);
  });

  test("an error nobody knows ends the connection, as what it hides cannot be told", async () => {
    const connection = await connectorOf().open();
    device.fail("UnknownError");
    expect(await failure(readToEnd(connection))).toEqual({ code: "PORT_LOST", reason: "device-lost" });
  });
});

describe("losing the device", () => {
  test("is also what a port means that offers a broken stream again", async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new DOMException("again and again", "ParityError")),
    });
    Object.defineProperty(serial.portOf(device), "readable", { value: broken });
    const connection = await connectorOf().open();
    expect(await failure(readToEnd(connection))).toEqual({ code: "PORT_LOST", reason: "device-lost" });
  });

  test("ends reading and writing with PORT_LOST", async () => {
    const connection = await connectorOf().open();
    const reading = failure(readToEnd(connection));
    device.hangUp();
    expect(await reading).toEqual({ code: "PORT_LOST", reason: "device-lost" });
    expect(await failure(connection.write(ENQ))).toEqual({ code: "PORT_LOST", reason: "device-lost" });
  });

  test("ends them on disconnect too when the port itself reports nothing", async () => {
    const connection = await connectorOf().open();
    device.stalled = true;
    const reading = failure(readToEnd(connection));
    const writing = failure(connection.write(ENQ));
    serial.unplugQuietly(device);
    expect(await reading).toEqual({ code: "PORT_LOST", reason: "unplugged" });
    expect(await writing).toEqual({ code: "PORT_LOST", reason: "unplugged" });
  });

  test("is noticed by a write when nobody reads", async () => {
    const connection = await connectorOf().open();
    serial.unplug(device);
    expect(await failure(connection.write(ENQ))).toMatchObject({ code: "PORT_LOST" });
    expect(device.writes).toEqual([]);
  });

  test("lets the same port be opened again when only the line was cut", async () => {
    const connector = connectorOf();
    const first = await connector.open();
    device.hangUp();
    await failure(readToEnd(first));
    const second = await connector.open();
    await device.far.write(Uint8Array.of(6));
    expect(await take(second, 1)).toEqual([6]);
  });
});

describe("plugging in again", () => {
  test("is told, and the next open uses the new port object", async () => {
    const states: string[] = [];
    const connector = connectorOf({ onConnection: (state) => states.push(state) });
    const first = await connector.open();
    const before = serial.portOf(device);
    serial.unplug(device);
    await failure(readToEnd(first));
    await settled();
    expect(connector.connected).toBe(false);
    serial.plug(device);
    await settled();
    expect(serial.portOf(device)).not.toBe(before);
    expect(connector.connected).toBe(true);
    expect(states).toEqual(["disconnected", "connected"]);
    const second = await connector.open();
    await second.write(ENQ);
    expect(await take(device.far, 1)).toEqual([5]);
    await device.far.write(Uint8Array.of(6));
    expect(await take(second, 1)).toEqual([6]);
  });

  test("can happen any number of times", async () => {
    const connector = connectorOf();
    for (let time = 0; time < 3; time++) {
      const connection = await connector.open();
      serial.unplugQuietly(device);
      expect(await failure(readToEnd(connection))).toEqual({ code: "PORT_LOST", reason: "unplugged" });
      serial.plug(device);
      await settled();
    }
    expect(connector.connected).toBe(true);
  });

  test("is not taken back by a list of ports that comes late", async () => {
    const connector = connectorOf();
    await settled();
    const before = await serial.getPorts();
    let answer: () => void = () => {};
    const list = serial.getPorts.bind(serial);
    serial.getPorts = () => new Promise((resolve) => (answer = () => resolve(before)));
    serial.dispatchEvent(new Event("connect"));
    serial.getPorts = list;
    serial.unplug(device);
    await settled();
    answer();
    await settled();
    expect(connector.connected).toBe(false);
  });

  test("is UNREACHABLE meanwhile, at once", async () => {
    const connector = connectorOf();
    serial.unplug(device);
    expect(await failure(connector.open())).toEqual({ code: "UNREACHABLE", reason: "unplugged" });
  });

  test("is found by open() even before the event was heard", async () => {
    const connector = connectorOf();
    serial.unplug(device);
    serial.plug(device);
    await connector.open();
    expect(device.settings?.baudRate).toBe(9600);
  });

  test("works for an RS232 port that says nothing about itself", async () => {
    device = new FakeDevice({});
    serial.plug(device);
    const connector = connectorOf();
    serial.unplug(device);
    serial.plug(device);
    await connector.open();
    expect(connector.id).toBe("serial:port");
    expect(device.settings?.baudRate).toBe(9600);
  });

  test("does not take another device that is plugged in instead", async () => {
    const connector = connectorOf();
    serial.unplug(device);
    serial.plug(new FakeDevice({ usbVendorId: 0x0403, usbProductId: 0x6015 }), new FakeDevice({}));
    expect(await failure(connector.open())).toEqual({ code: "UNREACHABLE", reason: "unplugged" });
  });

  test("tells the lost terminal from an identical one that stayed", async () => {
    const twin = new FakeDevice();
    serial.plug(twin);
    const connector = connectorOf();
    await settled();
    serial.unplug(device);
    expect(await failure(connector.open())).toEqual({ code: "UNREACHABLE", reason: "unplugged" });
    serial.plug(device);
    await connector.open();
    expect([device.settings?.baudRate, twin.settings?.baudRate]).toEqual([9600, undefined]);
  });

  test("asks when the lost terminal cannot be told from an identical one that went too", async () => {
    const twin = new FakeDevice();
    serial.plug(twin);
    const connector = connectorOf();
    await settled();
    serial.unplug(device);
    serial.unplug(twin);
    serial.plug(twin);
    expect(await failure(connector.open())).toEqual({ code: "UNREACHABLE", reason: "ambiguous" });
    expect(connector.connected).toBe(false);
  });

  test("keeps a Bluetooth terminal that is out of reach, as it stays paired", async () => {
    const states: string[] = [];
    device = new FakeDevice({ bluetoothServiceClassId: "00001101-0000-1000-8000-00805F9B34FB" });
    serial.plug(device);
    const connector = connectorOf({ onConnection: (state) => states.push(state) });
    expect(connector.id).toBe("serial:bluetooth:1101");
    const connection = await connector.open();
    const event = new Event("disconnect");
    Object.defineProperty(event, "target", { value: serial.portOf(device) });
    serial.dispatchEvent(event);
    expect(await failure(readToEnd(connection))).toEqual({ code: "PORT_LOST", reason: "unplugged" });
    await connector.open();
    expect([connector.connected, states]).toEqual([true, []]);
  });
});

describe("closing", () => {
  test("ends reading in order, and can be done twice", async () => {
    const connection = await connectorOf().open();
    const reading = readToEnd(connection);
    await device.far.write(Uint8Array.of(1));
    await settled();
    await Promise.all([connection.close(), connection.close()]);
    expect(await reading).toEqual([1]);
    expect(serial.portOf(device).readable).toBeNull();
    expect(await failure(connection.write(ENQ))).toEqual({ code: "PORT_LOST", reason: "closed" });
  });

  test("does not wait for a reader who is busy with the last bytes", async () => {
    const connection = await connectorOf().open();
    const chunks = connection.incoming[Symbol.asyncIterator]();
    await device.far.write(Uint8Array.of(1));
    await chunks.next();
    const stream = serial.portOf(device).readable;
    await connection.close();
    expect(stream?.locked).toBe(false);
    expect(serial.portOf(device).readable).toBeNull();
    expect(await chunks.next()).toEqual({ done: true, value: undefined });
  });

  test("does not wait for a device that takes no bytes", async () => {
    const connection = await connectorOf().open();
    device.stalled = true;
    const writing = failure(connection.write(ENQ));
    await connection.close();
    expect(await writing).toEqual({ code: "PORT_LOST", reason: "closed" });
    expect(serial.portOf(device).readable).toBeNull();
  });

  test("does not wait for ever for a driver that does not let go", async () => {
    const port = serial.portOf(device);
    port.close = () => new Promise(() => {});
    const connection = await connectorOf().open();
    await connection.close();
    expect(await readToEnd(connection)).toEqual([]);
  });

  test("happens when the page is hidden for good, and the port can be opened again if it comes back", async () => {
    const page = new EventTarget();
    const connector = connectorOf({ page });
    await connector.open();
    page.dispatchEvent(new Event("pagehide"));
    const connection = await connector.open();
    await connection.write(ENQ);
    expect(device.writes).toEqual([ENQ]);
  });

  test("leaves no listener on a page that lives on", async () => {
    const listeners = new Set<() => void>();
    const page = {
      addEventListener: (_type: "pagehide", listener: () => void) => void listeners.add(listener),
      removeEventListener: (_type: "pagehide", listener: () => void) => void listeners.delete(listener),
    };
    const connection = await connectorOf({ page }).open();
    expect(listeners.size).toBe(1);
    await connection.close();
    expect(listeners.size).toBe(0);
  });

  test("dispose() closes the line and hears no more events", async () => {
    const states: string[] = [];
    const connector = connectorOf({ onConnection: (state) => states.push(state) });
    await connector.open();
    await connector.dispose();
    serial.unplug(device);
    await settled();
    expect(states).toEqual([]);
    expect(await failure(connector.open())).toMatchObject({ code: "WRONG_STATE" });
  });

  test("dispose() also ends an open that is still going on", async () => {
    const connector = connectorOf();
    const opening = failure(connector.open());
    await connector.dispose();
    expect(await opening).toMatchObject({ code: "WRONG_STATE" });
    expect(serial.portOf(device).readable).toBeNull();
  });
});
