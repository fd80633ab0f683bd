import fc from "fast-check";
import { expect, test } from "vitest";
import { rematchPort } from "./match-port.ts";
import { identify } from "./port-identity.ts";
import { FakeDevice, FakeSerial } from "./testing/fake-serial.ts";

const MODELS: readonly SerialPortInfo[] = [
  {},
  { usbVendorId: 1, usbProductId: 1 },
  { usbVendorId: 1, usbProductId: 2 },
];

interface Step {
  readonly device: number;
  readonly plug: boolean;
}

const setup = fc.record({
  models: fc.array(fc.constantFrom(...MODELS), { minLength: 1, maxLength: 4 }),
  steps: fc.array(fc.record({ device: fc.nat(3), plug: fc.boolean() }), { maxLength: 12 }),
});

/** Plugs and unplugs at random after ours (device 0) was seen beside the others. */
async function play(models: readonly SerialPortInfo[], steps: readonly Step[]) {
  const serial = new FakeSerial();
  const devices = models.map((info) => new FakeDevice(info));
  serial.plug(...devices);
  const [ours] = devices;
  if (ours === undefined) throw new Error("no device");
  const identity = identify(ours.info);
  const twins = new Set(
    devices
      .filter((device) => device !== ours && device.info === ours.info)
      .map((device) => serial.portOf(device)),
  );
  serial.unplug(ours);
  const plugged = new Set(devices.filter((device) => device !== ours));
  for (const { device: at, plug } of steps) {
    const device = devices[at % devices.length];
    if (device === undefined || plugged.has(device) === plug) continue;
    if (plug) serial.plug(device);
    else serial.unplug(device);
    if (plug) plugged.add(device);
    else plugged.delete(device);
  }
  return {
    match: rematchPort(await serial.getPorts(), identity, twins),
    serial,
    ours,
    here: plugged.has(ours),
  };
}

test("whatever is plugged in and out, only the lost terminal is ever taken for it", async () => {
  await fc.assert(
    fc.asyncProperty(setup, async ({ models, steps }) => {
      const { match, serial, ours, here } = await play(models, steps);
      if (match.found === "one") expect(here && match.port === serial.portOf(ours)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a terminal without a twin is always found when it is back", async () => {
  await fc.assert(
    fc.asyncProperty(setup, async ({ models, steps }) => {
      const [ours, ...others] = models;
      if (ours === undefined) throw new Error("no device");
      const unlike = others.filter((info) => info !== ours);
      const { match, here } = await play([ours, ...unlike], steps);
      expect(match.found).toBe(here ? "one" : "none");
    }),
    { numRuns: 200 },
  );
});
