/** The bridge over real TCP passes the suites of design.md section 8. */
import { startSimulator, type SimulatorOptions } from "@concert-pay/simulator";
import {
  paymentConformance,
  transportConformance,
  type PaymentHarness,
} from "@concert-pay/simulator/conformance";
import { bridged } from "../support/bridged.ts";
import { rawTerminal } from "../support/raw-terminal.ts";
import { runner } from "../support/runner.ts";

transportConformance(
  runner,
  "bridge over TCP",
  async () => {
    const terminal = await rawTerminal();
    const { connector, bridge } = await bridged(terminal.address);
    return {
      near: connector,
      accept: () => terminal.accept(),
      refuse: () => terminal.stop(),
      teardown: async () => {
        await bridge.stop();
        await terminal.stop();
      },
    };
  },
  { eightBit: true, orderlyEnd: true, refusal: true },
);

async function payments(dialect: NonNullable<SimulatorOptions["dialect"]>): Promise<PaymentHarness> {
  const simulator = await startSimulator({ port: 0, dialect });
  const { connector, bridge } = await bridged(`127.0.0.1:${simulator.port}`);
  return {
    near: connector,
    script: (behaviours) => simulator.script(behaviours),
    charged: () => simulator.ledger.map(({ amount }) => amount),
    teardown: async () => {
      await bridge.stop();
      await simulator.stop();
    },
  };
}

paymentConformance(runner, "V3 through the bridge", () => payments("v3"), { v3: true, hangUp: true });
paymentConformance(
  runner,
  "V2 E+ frames through the bridge",
  () => payments("v2-e+"),
  { v3: false, hangUp: true },
  {
    profile: "nepting-v2",
  },
);
