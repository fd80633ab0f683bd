/** Connections in memory pass the suites of design.md section 8, in Node and in Chromium. */
import type { Connector, Dialect } from "@concert-pay/core";
import { memoryPair, simulatedConnector, type MemoryEnd } from "@concert-pay/simulator/page";
import {
  paymentConformance,
  transportConformance,
  type FarConnection,
  type PaymentHarness,
} from "@concert-pay/simulator/conformance";
import { JumpingClock } from "../support/jumping-clock.ts";
import { farEndOfLine } from "../support/line-far-end.ts";
import { runner } from "../support/runner.ts";

transportConformance(
  runner,
  "memory",
  async () => {
    const accepting: ((far: MemoryEnd) => void)[] = [];
    const near: Connector = {
      carrier: "ip",
      id: "memory:terminal",
      resumable: false,
      open: async () => {
        const pair = memoryPair();
        accepting.shift()?.(pair.far);
        return pair.near;
      },
    };
    const farEnd = (far: MemoryEnd): FarConnection => ({
      ...farEndOfLine(far, () => far.reset()),
      end: async () => far.end(),
    });
    return {
      near,
      accept: () => new Promise<MemoryEnd>((resolve) => accepting.push(resolve)).then(farEnd),
      teardown: async () => undefined,
    };
  },
  // A pair always has both its ends.
  { eightBit: true, orderlyEnd: true, refusal: false },
);

interface Way {
  readonly name: string;
  readonly dialect: Dialect;
  readonly carrier: "ip" | "serial";
}

const WAYS: readonly Way[] = [
  { name: "V3 as over IP, in memory", dialect: "v3", carrier: "ip" },
  { name: "V3 on a serial line in memory", dialect: "v3", carrier: "serial" },
  { name: "V2 E on a serial line in memory", dialect: "v2-e", carrier: "serial" },
  { name: "V2 E+ on a serial line in memory", dialect: "v2-e+", carrier: "serial" },
];

for (const { name, dialect, carrier } of WAYS) {
  // One clock for all tests of a way: each test is over before the next begins.
  const clock = new JumpingClock();
  const open = async (): Promise<PaymentHarness> => {
    const near = simulatedConnector({ clock, carrier, dialect });
    return {
      near,
      script: (behaviours) => near.simulator.script(behaviours),
      charged: () => near.simulator.ledger.map(({ amount }) => amount),
      teardown: async () => undefined,
    };
  };
  const capabilities = { v3: dialect === "v3", hangUp: carrier === "ip" };
  paymentConformance(runner, name, open, capabilities, { dialect, clock });
}
