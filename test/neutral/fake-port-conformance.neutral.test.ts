/** The Web Serial connector over real web streams passes the suites of design.md section 8, in Node and in Chromium. */
import type { Clock, Dialect } from "@concert-pay/core";
import {
  paymentConformance,
  transportConformance,
  type PaymentHarness,
} from "@concert-pay/simulator/conformance";
import { serialConnector, type SerialConnector } from "@concert-pay/web-serial";
import { FakeDevice, FakeSerial } from "../../packages/web-serial/src/testing/fake-serial.ts";
import { JumpingClock } from "../support/jumping-clock.ts";
import { farEndOfLine } from "../support/line-far-end.ts";
import { runner } from "../support/runner.ts";
import { terminalOnLine } from "../support/terminal-on-line.ts";

interface Plugged {
  readonly serial: FakeSerial;
  readonly device: FakeDevice;
  readonly near: SerialConnector;
}

function plugIn(clock: Clock): Plugged {
  const serial = new FakeSerial();
  const device = new FakeDevice();
  serial.plug(device);
  return { serial, device, near: serialConnector(serial.portOf(device), { serial, clock }) };
}

transportConformance(
  runner,
  "fake serial port",
  async () => {
    const { serial, device, near } = plugIn(new JumpingClock());
    const far = farEndOfLine(device.far, () => serial.unplug(device));
    return {
      near,
      accept: async () => far,
      refuse: async () => serial.unplug(device),
      teardown: () => near.dispose(),
    };
  },
  // A line has no end of stream.
  { eightBit: true, orderlyEnd: false, refusal: true },
);

const DIALECTS: readonly { readonly name: string; readonly dialect: Dialect }[] = [
  { name: "V3 on a fake serial port", dialect: "v3" },
  { name: "V2 E on a fake serial port", dialect: "v2-e" },
  { name: "V2 E+ on a fake serial port", dialect: "v2-e+" },
];

for (const { name, dialect } of DIALECTS) {
  // One clock for all tests of a dialect: each test is over before the next begins.
  const clock = new JumpingClock();
  const open = async (): Promise<PaymentHarness> => {
    const { device, near } = plugIn(clock);
    const simulator = await terminalOnLine(device.far, { clock, dialect });
    return {
      near,
      script: (behaviours) => simulator.script(behaviours),
      charged: () => simulator.ledger.map(({ amount }) => amount),
      teardown: async () => {
        await near.dispose();
        await device.far.close();
      },
    };
  };
  // Nobody hangs up on a line.
  paymentConformance(runner, name, open, { v3: dialect === "v3", hangUp: false }, { dialect, clock });
}
