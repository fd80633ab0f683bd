/** A real serial line in real Chromium passes the suites of design.md section 8. */
import type { Connector, Dialect } from "@concert-pay/core";
import {
  paymentConformance,
  transportConformance,
  type PaymentHarness,
} from "@concert-pay/simulator/conformance";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe } from "vitest";
import { PageServer } from "../serial-rig/page-server.ts";
import { SerialRig, serialRigMissing, type PtyDevice } from "../serial-rig/rig.ts";
import { farEndOfLine } from "../support/line-far-end.ts";
import { runner } from "../support/runner.ts";
import { terminalOnLine } from "../support/terminal-on-line.ts";
import { pageConnector } from "./serial-line/page-connector.ts";
import { TERMINAL_PORT } from "./serial-line/terminal-port.ts";

const missing = serialRigMissing();
if (missing !== undefined) console.warn(missing);

describe.runIf(missing === undefined)("a real serial line in Chromium", () => {
  let server: PageServer;
  let rig: SerialRig;
  let page: Page;
  let near: Connector;

  beforeAll(async () => {
    server = await PageServer.start("/test/e2e/serial-line/carrier-page.ts");
    rig = await SerialRig.start({ origin: server.origin, granted: [TERMINAL_PORT] });
    page = await rig.context.newPage();
    near = await pageConnector(page);
    await page.goto(server.origin);
    await page.waitForFunction(() => "carrier" in window);
  });

  afterAll(async () => {
    await rig?.stop();
    await server?.stop();
  });

  /** A terminal of its own for each test. */
  async function plugIn(): Promise<{ device: PtyDevice; teardown: () => Promise<void> }> {
    const device = await rig.addDevice(TERMINAL_PORT);
    device.plug();
    await page.evaluate(() => window.carrier.take());
    const teardown = async (): Promise<void> => {
      await device.close();
      await page.evaluate(() => window.carrier.release());
    };
    return { device, teardown };
  }

  transportConformance(
    runner,
    "carries bytes",
    async () => {
      const { device, teardown } = await plugIn();
      const far = farEndOfLine(device, () => device.pullCable());
      return { near, accept: async () => far, refuse: () => device.pullCable(), teardown };
    },
    // A line has no end of stream.
    { eightBit: true, orderlyEnd: false, refusal: true },
  );

  const DIALECTS: readonly { readonly name: string; readonly dialect: Dialect }[] = [
    { name: "pays in V3", dialect: "v3" },
    { name: "pays in V2 E", dialect: "v2-e" },
    { name: "pays in V2 E+", dialect: "v2-e+" },
  ];

  for (const { name, dialect } of DIALECTS) {
    const open = async (): Promise<PaymentHarness> => {
      const { device, teardown } = await plugIn();
      const simulator = await terminalOnLine(device, { dialect });
      return {
        near,
        script: (behaviours) => simulator.script(behaviours),
        charged: () => simulator.ledger.map(({ amount }) => amount),
        teardown,
      };
    };
    // Nobody hangs up on a line.
    paymentConformance(runner, name, open, { v3: dialect === "v3", hangUp: false }, { dialect });
  }
});
