/**
 * The cable is pulled at every step of a payment in real Chromium, and put back: what the register said stands
 * against what the terminal charged, and the page goes on without a reload.
 */
import type { Dialect } from "@concert-pay/core";
import type { Page } from "playwright";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { PageServer } from "../serial-rig/page-server.ts";
import { SerialRig, serialRigMissing, type PtyDevice } from "../serial-rig/rig.ts";
import { terminalOnLine } from "../support/terminal-on-line.ts";
import { CuttableLine, type Cut } from "./serial-line/cuttable-line.ts";
import { TERMINAL_PORT } from "./serial-line/terminal-port.ts";

const missing = serialRigMissing();
if (missing !== undefined) console.warn(missing);

const AMOUNT = 1250;

/** Bytes of a whole payment: ENQ, frame, EOT, ACK, ACK one way; ACK, ACK, ENQ, frame, EOT the other. */
interface Lengths {
  readonly request: number;
  readonly answer: number;
}

interface Step {
  readonly name: string;
  readonly cut: (lengths: Lengths) => Cut;
  readonly said: string;
  readonly charged: boolean;
  /** The terminal has its answer still to give, and gives it when the cable is back. */
  readonly told?: true;
}

const STEPS: readonly Step[] = [
  {
    name: "after ENQ, before it is answered",
    cut: () => ({ side: "terminal", after: 0 }),
    said: "rejected PORT_LOST",
    charged: false,
  },
  {
    name: "in the middle of the request's frame",
    cut: ({ request }) => ({ side: "register", after: 1 + Math.floor(request / 2) }),
    said: "unknown",
    charged: false,
  },
  {
    name: "after the request, before it is acknowledged",
    cut: () => ({ side: "terminal", after: 1 }),
    said: "unknown",
    charged: true,
    told: true,
  },
  {
    name: "in the middle of the answer's frame",
    cut: ({ answer }) => ({ side: "terminal", after: 3 + Math.floor(answer / 2) }),
    said: "unknown",
    charged: true,
  },
  {
    name: "after the answer, before EOT",
    cut: ({ answer }) => ({ side: "terminal", after: 3 + answer }),
    said: "approved",
    charged: true,
  },
];

const DIALECTS: readonly { readonly dialect: Dialect }[] = [{ dialect: "v3" }, { dialect: "v2-e+" }];

describe.runIf(missing === undefined)("the cable is pulled in real Chromium", () => {
  let server: PageServer;
  let rig: SerialRig;
  let page: Page;
  let device: PtyDevice;
  let line: CuttableLine;

  beforeAll(async () => {
    server = await PageServer.start("/test/e2e/serial-line/register-page.ts");
    rig = await SerialRig.start({ origin: server.origin, granted: [TERMINAL_PORT] });
    page = await rig.context.newPage();
    await page.goto(server.origin);
    await page.waitForFunction(() => "register" in window);
  });

  afterAll(async () => {
    await rig?.stop();
    await server?.stop();
  });

  async function pay(key: string, amount = AMOUNT): Promise<void> {
    await page.evaluate(([amount, key]) => window.register.pay(amount, key), [amount, key] as const);
  }
  const said = (): Promise<string | undefined> => page.evaluate(() => window.register.said());
  const identify = (): Promise<string> => page.evaluate(() => window.register.identify());

  async function plugBack(): Promise<void> {
    await page.evaluate(() => window.register.connected(false));
    await line.plugBack();
    await page.evaluate(() => window.register.connected(true));
  }

  /**
   * On the same page, after the cable was put back: identification, and the next payment. Of another amount: so soon
   * after a sale that was settled by hand, an answer of the same amount could be that sale's (docs/decisions/002).
   */
  async function expectUsable(): Promise<void> {
    expect(await identify()).toBe("done");
    await page.evaluate(() => window.register.settle());
    const before = line.simulator.ledger.length;
    await pay("after", AMOUNT + 1);
    expect(await said()).toBe("approved");
    expect(line.simulator.ledger).toHaveLength(before + 1);
  }

  const recover = (): Promise<string> => page.evaluate(() => window.register.recover("cut"));
  const pending = (): Promise<readonly string[]> => page.evaluate(() => window.register.pending());

  describe.each(DIALECTS)("during a payment in $dialect", ({ dialect }) => {
    beforeEach(async () => {
      device = await rig.addDevice(TERMINAL_PORT);
      line = await CuttableLine.open(device, dialect, (count) =>
        page.evaluate((count) => window.register.hear(count), count),
      );
      device.plug();
      await page.evaluate((dialect) => window.register.take(dialect), dialect);
      await pay("whole");
      expect(await said()).toBe("approved");
    });

    afterEach(async () => {
      await device.close();
      await page.evaluate(() => window.register.release());
    });

    test("before ENQ", async () => {
      await line.pull();
      await page.evaluate(() => window.register.connected(false));
      await pay("cut");
      expect(await said()).toBe("rejected UNREACHABLE");
      await plugBack();
      await expectUsable();
      expect(line.simulator.requests.filter(({ amount }) => amount === AMOUNT)).toHaveLength(1);
    });

    for (const { name, cut, said: expected, charged, told } of STEPS)
      test(name, async () => {
        const { passed } = line;
        const { side, after } = cut({ request: passed.register - 4, answer: passed.terminal - 4 });
        const pulled = line.pullAt({ side, after: passed[side] + after });
        await pay("cut");
        expect(await said()).toBe(expected);
        expect(await pending()).toEqual(expected === "unknown" ? ["cut"] : []);
        await pulled;
        await plugBack();
        expect(await identify()).toBe("done");
        if (told === true) expect(await recover()).toBe("approved");
        await expectUsable();
        expect(line.simulator.ledger).toHaveLength(charged ? 3 : 2);
      });

    test("while the card is waited for; the answer comes when the cable is back", async () => {
      line.simulator.script(["interactive"]);
      const cardExpected = new Promise<void>((resolve) =>
        line.simulator.onScreen(({ name }) => name === "card-expected" && resolve()),
      );
      await pay("cut");
      await cardExpected;
      await line.pull();
      expect(await said()).toBe("unknown");
      expect(line.simulator.tap()).toBe(true);
      await plugBack();
      expect(await recover()).toBe("approved");
      expect(line.simulator.ledger).toHaveLength(2);
      await expectUsable();
    });
  });

  test("a page that loads with a known port is ready to pay without a click", async () => {
    device = await rig.addDevice(TERMINAL_PORT);
    const simulator = await terminalOnLine(device);
    device.plug();
    const kiosk = await rig.context.newPage();
    const told = new Promise((resolve) => {
      // The page tells by itself: a call into it would count as a click.
      void kiosk
        .exposeFunction("kioskSaid", (outcome: string, clicked: boolean) => resolve({ outcome, clicked }))
        .then(() => kiosk.goto(`${server.origin}/#kiosk`));
    });
    expect(await told).toEqual({ outcome: "approved", clicked: false });
    expect(simulator.ledger).toMatchObject([{ amount: 990 }]);
    await kiosk.close();
    await device.close();
  });
});
