/**
 * A terminal on a cable that is pulled at a certain byte.
 * @module
 */
import type { Dialect } from "@concert-pay/core";
import type { PageSimulator } from "@concert-pay/simulator/page";
import type { PtyDevice } from "../../serial-rig/rig.ts";
import { terminalOnLine } from "../../support/terminal-on-line.ts";

/** Pulls the cable when so many bytes of that side have passed and it sends more. */
export interface Cut {
  readonly side: Side;
  readonly after: number;
}

export type Side = "register" | "terminal";

const NOTHING = new Uint8Array();

export class CuttableLine {
  readonly simulator: PageSimulator;
  readonly #device: PtyDevice;
  readonly #passed: Record<Side, number>;
  readonly #heard: (count: number) => Promise<void>;
  #cut: Cut | undefined;
  #state: "whole" | "pulled" = "whole";
  #onPulled: () => void = () => undefined;

  private constructor(
    device: PtyDevice,
    simulator: PageSimulator,
    passed: Record<Side, number>,
    heard: (count: number) => Promise<void>,
  ) {
    this.#device = device;
    this.simulator = simulator;
    this.#passed = passed;
    this.#heard = heard;
  }

  /** @param heard waits until the register has so many bytes: those in flight are lost when the line is cut */
  static async open(
    device: PtyDevice,
    dialect: Dialect,
    heard: (count: number) => Promise<void>,
  ): Promise<CuttableLine> {
    const passed = { register: 0, terminal: 0 };
    const simulator = await terminalOnLine(device, {
      dialect,
      toTerminal: (bytes) => line.#gate("register", bytes),
      toRegister: (bytes) => line.#gate("terminal", bytes),
    });
    const line: CuttableLine = new CuttableLine(device, simulator, passed, heard);
    return line;
  }

  /** Bytes that have passed so far, of each side. */
  get passed(): Readonly<Record<Side, number>> {
    return { ...this.#passed };
  }

  /** Resolves when the cable is out. */
  pullAt(cut: Cut): Promise<void> {
    this.#cut = cut;
    return new Promise((resolve) => (this.#onPulled = resolve));
  }

  async pull(): Promise<void> {
    this.#state = "pulled";
    this.#cut = undefined;
    await this.#device.pullCable();
    this.#onPulled();
  }

  async plugBack(): Promise<void> {
    this.#state = "whole";
    await this.#device.plugCableBack();
  }

  async #gate(side: Side, bytes: Uint8Array): Promise<Uint8Array> {
    if (this.#state === "pulled") return NOTHING;
    const room = this.#cut?.side === side ? this.#cut.after - this.#passed[side] : Infinity;
    const passing = bytes.subarray(0, Math.max(0, room));
    this.#passed[side] += passing.length;
    if (passing.length === bytes.length) return passing;
    if (side === "terminal") {
      if (passing.length > 0) await this.#device.write(passing);
      await this.#heard(this.#passed.terminal);
      await this.pull();
      return NOTHING;
    }
    await this.pull();
    return passing;
  }
}
