/**
 * A cashier before the built demo, and a terminal at the other end of a real serial line.
 * @module
 */
import { inject, onTestFinished } from "vitest";
import type { Dialect } from "@concert-pay/core";
import { startSimulator, type Simulator, type SimulatorOptions } from "@concert-pay/simulator";
import { SerialRig, type PtyDevice } from "../serial-rig/rig.ts";
import { openTill, PATIENCE_MS, type Till } from "./demo-support.ts";
import { TERMINAL_PORT } from "./serial-line/terminal-port.ts";

type OpenPort = NonNullable<SimulatorOptions["openPort"]>;

/** The terminal's end of the cable. It does not notice that the cable is pulled. */
function farEnd(device: PtyDevice): OpenPort {
  return async () => ({
    write: (bytes, written) => void device.write(bytes).then(written, () => {}),
    onBytes(listener) {
      void (async () => {
        for await (const bytes of device.incoming) listener(bytes);
      })().catch(() => {});
    },
    onLost: () => {},
    close: async () => {},
  });
}

export interface SerialCounter {
  readonly rig: SerialRig;
  readonly device: PtyDevice;
  readonly simulator: Simulator;
  /** @param line as in the page's address: `"9600-7E1"` */
  readonly open: (profile?: string, line?: string) => Promise<Till>;
}

/** Browser, line and terminal, for one test. */
export async function openSerialCounter(
  options: { readonly dialect?: Dialect; readonly behaviour?: string; readonly chooser?: boolean } = {},
): Promise<SerialCounter> {
  const { chooser = false, ...terminal } = options;
  const origin = new URL(inject("demoUrl")).origin;
  const rig = await SerialRig.start({ origin, ...(chooser ? { chooser } : { granted: [TERMINAL_PORT] }) });
  onTestFinished(() => rig.stop());
  rig.context.setDefaultTimeout(PATIENCE_MS);
  const device = await rig.addDevice(TERMINAL_PORT);
  const simulator = await startSimulator({ ...terminal, serial: "the rig's", openPort: farEnd(device) });
  onTestFinished(() => simulator.stop());
  device.plug();
  const open = (profile = "generic", line?: string): Promise<Till> => {
    const set = line === undefined ? "" : `&line=${line}`;
    return openTill(rig.context, `${inject("demoUrl")}?terminal=serial&lang=fr&profile=${profile}${set}`);
  };
  return { rig, device, simulator, open };
}
