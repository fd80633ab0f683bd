import { constants } from "node:fs";
import { open as openFile } from "node:fs/promises";
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { LINE_7E1 } from "@concert-pay/core";
import { FORBIDDEN_PATH, PageServer } from "../serial-rig/page-server.ts";
import { SerialRig, serialRigMissing, type PtyDevice, type RigPort } from "../serial-rig/rig.ts";

const TERMINAL: RigPort = {
  name: "ttyCONCERT0",
  usb: { vendorId: 0x0b00, productId: 0x0080, serialNumber: "SN1" },
};
const ENQ = 5;
const ACK = 6;
const FRAME = [2, ...Array.from({ length: 512 }, (_, at) => 0x20 + (at % 96)), 3, 0];

const missing = serialRigMissing();
if (missing !== undefined) console.warn(missing);

/** Bytes that the page sent, in order, until that many have come. */
function terminalOf(device: PtyDevice) {
  const chunks = device.incoming[Symbol.asyncIterator]();
  let rest: number[] = [];
  return async (count: number): Promise<readonly number[]> => {
    while (rest.length < count) {
      const { done, value } = await chunks.next();
      if (done === true) throw new Error("the line ended");
      rest.push(...value);
    }
    const taken = rest.slice(0, count);
    rest = rest.slice(count);
    return taken;
  };
}

async function load(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.waitForFunction(() => "serialPage" in window);
}

describe.runIf(missing === undefined)("the connector in real Chromium", () => {
  let server: PageServer;

  beforeAll(async () => {
    server = await PageServer.start();
  });

  afterAll(async () => {
    await server.stop();
  });

  describe("on a port picked earlier", () => {
    let rig: SerialRig;
    let device: PtyDevice;
    let take: ReturnType<typeof terminalOf>;
    let page: Page;

    beforeAll(async () => {
      rig = await SerialRig.start({ origin: server.origin, granted: [TERMINAL] });
    });

    beforeEach(async () => {
      device = await rig.addDevice(TERMINAL);
      take = terminalOf(device);
      device.plug();
      page = await rig.context.newPage();
      await load(page, server.origin);
    });

    afterEach(async () => {
      await page.close();
      await device.close();
    });

    afterAll(async () => {
      await rig.stop();
    });

    const known = () => page.evaluate(() => window.serialPage.known());
    /** With parity, so that a wrong bit is noticed. */
    const open = () => page.evaluate((line) => window.serialPage.open(line), LINE_7E1);
    const write = (bytes: readonly number[]) =>
      page.evaluate((bytes) => window.serialPage.write(bytes), bytes);
    const received = (count: number) => page.evaluate((count) => window.serialPage.take(count), count);
    const ended = () => page.evaluate(() => window.serialPage.end());

    /** One ENQ over, one ACK back. */
    async function expectLine(): Promise<void> {
      expect(await write([ENQ])).toBe("written");
      expect(await take(1)).toEqual([ENQ]);
      await device.write(Uint8Array.of(ACK));
      expect(await received(1)).toEqual([ACK]);
    }

    test("opens it without a click, with the settings asked for, and carries bytes both ways", async () => {
      expect(await known()).toBe("serial:0b00:0080");
      expect(await open()).toBe("open");
      const seven = { baud: 9600, bits: 7, parity: "even", stop: 1, rtscts: false, dtr: true, rts: true };
      expect(device.hostSettings()).toMatchObject(seven);
      await expectLine();
      await write(FRAME);
      expect(await take(FRAME.length)).toEqual(FRAME);
      const all = Uint8Array.from({ length: 256 }, (_, value) => value);
      await device.write(all);
      expect(await received(256)).toEqual([...all]);
    });

    test("reaches a program that holds the other end of the line by its path", async () => {
      // One by one: a port plugged in before the browser has seen the other one go would be closed with it.
      const ports = (count: number): Promise<unknown> =>
        page.waitForFunction(async (count) => (await navigator.serial.getPorts()).length === count, count);
      device.unplug();
      await ports(0);
      const joined = await rig.addDevice(TERMINAL, "path");
      joined.plug();
      await ports(1);
      const program = await openFile(joined.farPath ?? "", constants.O_RDWR | constants.O_NOCTTY);
      await known();
      await open();
      await write([ENQ]);
      const { buffer } = await program.read({ buffer: Buffer.alloc(1) });
      expect([...buffer]).toEqual([ENQ]);
      await program.write(Uint8Array.of(ACK));
      expect(await received(1)).toEqual([ACK]);
      await program.close();
      await joined.close();
    });

    test("closes it and opens it with other settings", async () => {
      await known();
      await open();
      await page.evaluate(() => window.serialPage.close());
      expect(await ended()).toBe("in order");
      const settings = {
        baudRate: 115_200,
        dataBits: 8,
        parity: "none",
        stopBits: 2,
        hardwareFlowControl: true,
      } as const;
      expect(await page.evaluate((line) => window.serialPage.open(line), settings)).toBe("open");
      expect(device.hostSettings()).toMatchObject({
        baud: 115_200,
        bits: 8,
        parity: "none",
        stop: 2,
        rtscts: true,
      });
    });

    test("reads past parity errors and breaks", async () => {
      await known();
      await open();
      await device.writeMarked(Uint8Array.from([0x41, 0xff, 0x00, 0x43, 0x44]));
      expect(await received(2)).toEqual([0x41, 0x44]);
      await device.writeMarked(Uint8Array.from([0xff, 0x00, 0x00, 0x45]));
      expect(await received(1)).toEqual([0x45]);
      await expectLine();
      expect(await page.evaluate(() => window.serialPage.noise)).toEqual(["parity", "break"]);
    });

    test("loses it with the cable, and finds it again under its new object without a reload", async () => {
      await known();
      await open();
      await expectLine();
      const before = await page.evaluateHandle(async () => (await navigator.serial.getPorts())[0]);
      await device.pullCable();
      expect(await ended()).toMatch(/^PORT_LOST/);
      await page.evaluate(() => window.serialPage.reach("disconnected"));
      expect(await open()).toBe("UNREACHABLE unplugged");
      await device.plugCableBack();
      expect(await page.evaluate(() => window.serialPage.reach("connected"))).toEqual([
        "disconnected",
        "connected",
      ]);
      expect(await page.evaluate(async (old) => (await navigator.serial.getPorts())[0] === old, before)).toBe(
        false,
      );
      expect(await open()).toBe("open");
      await expectLine();
    });

    test("loses it when only the port is withdrawn, which the open port itself does not notice", async () => {
      await known();
      await open();
      device.unplug();
      expect(await ended()).toBe("PORT_LOST unplugged");
      expect(await write([ENQ])).toBe("PORT_LOST unplugged");
      device.plug();
      await page.evaluate(() => window.serialPage.reach("connected"));
      expect(await open()).toBe("open");
      await expectLine();
    });

    test("opens it again after a reload in the middle of a conversation", async () => {
      await known();
      await open();
      await write([ENQ]);
      await take(1);
      await page.reload();
      await page.waitForFunction(() => "serialPage" in window);
      expect(await known()).toBe("serial:0b00:0080");
      expect(await open()).toBe("open");
      await expectLine();
    });

    test("closes and reopens it when something in the page left it open", async () => {
      await page.evaluate(async () => (await navigator.serial.getPorts())[0]?.open({ baudRate: 1200 }));
      await known();
      expect(await open()).toBe("open");
      expect(device.hostSettings().baud).toBe(9600);
      await expectLine();
    });

    test("says so where a permissions policy forbids it", async () => {
      await load(page, server.origin + FORBIDDEN_PATH);
      expect(await page.evaluate(() => window.serialPage.support())).toBe("blocked-by-policy");
    });
  });

  test("Chromium's own port picker: closed it gives nothing, answered it gives a port that is known from then on", async () => {
    const rig = await SerialRig.start({ origin: server.origin, chooser: true });
    try {
      const other = await rig.addDevice({ name: "ttyA" });
      const device = await rig.addDevice(TERMINAL);
      other.plug();
      device.plug();
      const page = await rig.context.newPage();
      await load(page, server.origin);
      expect(await page.evaluate(() => window.serialPage.known())).toBeUndefined();
      const ask = () => page.evaluate(() => window.serialPage.request());
      await rig.chooser.cancel(ask);
      expect(await page.evaluate(() => window.serialPage.picked())).toBe("closed");
      await rig.chooser.accept(ask, 0);
      expect(await page.evaluate(() => window.serialPage.picked())).toBe("serial:port");
      await rig.chooser.accept(ask, 1);
      expect(await page.evaluate(() => window.serialPage.picked())).toBe("serial:0b00:0080");
      await page.reload();
      await page.waitForFunction(() => "serialPage" in window);
      // Two ports are granted now; the choice kept tells which is the terminal's.
      expect(await page.evaluate(() => window.serialPage.known())).toBe("serial:0b00:0080");
      expect(await page.evaluate(() => window.serialPage.open())).toBe("open");
      await device.write(Uint8Array.of(ENQ));
      expect(await page.evaluate(() => window.serialPage.take(1))).toEqual([ENQ]);
    } finally {
      await rig.stop();
    }
  });
});
