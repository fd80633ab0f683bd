import { afterEach, describe, expect, it } from "vitest";
import { decodeMessage, type LineSettings } from "@concert-pay/core";
import { REQUEST_QUIET_MS } from "./links.ts";
import { memoryPair, type MemoryEnd } from "./page.ts";
import type { RawPort } from "./serial-line.ts";
import { startSimulator, type Simulator, type SimulatorOptions } from "./simulator.ts";
import { LineRegister } from "./testing/line-register.ts";
import { debit, exchange, waiting } from "./testing/plain-register.ts";
import { service } from "./testing/requests.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

let simulator: Simulator | undefined;
afterEach(() => simulator?.stop());

/** A machine with one serial port, whose cable can be pulled. */
class Machine {
  readonly opened: { readonly path: string; readonly line: LineSettings }[] = [];
  /** The register's end of the cable. */
  register: MemoryEnd | undefined;
  pluggedIn = true;
  pull: () => void = () => undefined;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  readonly open = async (path: string, line: LineSettings): Promise<RawPort> => {
    if (!this.pluggedIn) throw new Error("no such device");
    this.opened.push({ path, line });
    const { near, far } = memoryPair({ clock: this.#clock });
    this.register = near;
    let lost = (): void => undefined;
    this.pull = () => {
      this.pluggedIn = false;
      lost();
    };
    return {
      write: (bytes, written) => void far.write(bytes).then(written),
      onBytes: (bytes) => far.listen({ bytes, closed: () => undefined }),
      onLost: (listener) => (lost = listener),
      close: () => far.close(),
    };
  };
}

async function start(
  options: SimulatorOptions = {},
): Promise<{ machine: Machine; clock: VirtualClock; simulator: Simulator; register: () => LineRegister }> {
  const clock = new VirtualClock();
  const machine = new Machine(clock);
  simulator = await startSimulator({ serial: "/dev/ttyUSB0", openPort: machine.open, clock, ...options });
  const register = (): LineRegister => new LineRegister(machine.register as MemoryEnd, clock);
  return { machine, clock, simulator, register };
}

describe("a terminal on a serial line", () => {
  it("opens the line as asked, answers on it, and listens on no port", async () => {
    const line: LineSettings = { baudRate: 19_200, dataBits: 7, parity: "even", stopBits: 1 };
    const { machine, simulator, register } = await start({ line });
    const { messages } = await register().send(debit("1250"), 5_000);
    expect(messages.map(({ data }) => decodeMessage(data).get("AE"))).toEqual(["10"]);
    expect(machine.opened).toEqual([{ path: "/dev/ttyUSB0", line }]);
    expect([simulator.port, simulator.ledger.length]).toEqual([0, 1]);
  });

  it("finds its line again after the cable was out, and keeps the payment", async () => {
    const { machine, clock, simulator, register } = await start({ delayMs: 10_000 });
    await register().send(debit("1250"), 5_000);
    machine.pull();
    await clock.advance(30_000);
    expect(simulator.ledger).toHaveLength(1);
    machine.pluggedIn = true;
    await clock.advance(1_000);
    const { messages } = await register().send(service("I"), 5_000);
    expect(messages.map(({ data }) => decodeMessage(data).get("CD"))).toEqual(["I"]);
  });

  it("serves line and network at once, one payment at a time", async () => {
    const { clock, simulator, register } = await start({ port: 0, behaviour: "interactive" });
    await register().send(debit("1250"), 5_000);
    const timers = clock.pending;
    const asked = exchange(simulator.port, debit("700"));
    await waiting(clock, timers);
    await clock.advance(REQUEST_QUIET_MS);
    const { bytes } = await asked;
    expect(decodeMessage(bytes).get("AE")).toBe("01");
    expect(simulator.requests.map(({ fate }) => fate)).toEqual(["in-progress", "busy"]);
  });

  it("opens its line anew after CD=R", async () => {
    const { machine, register } = await start();
    await register().send(service("R"), 5_000);
    expect(machine.opened).toHaveLength(2);
    const { messages } = await register().send(service("I"), 5_000);
    expect(messages).toHaveLength(1);
  });

  it("says so when the line cannot be opened", async () => {
    await expect(startSimulator({ serial: "/dev/no-such-line", port: 0 })).rejects.toMatchObject({
      code: "UNREACHABLE",
      message: expect.stringContaining("/dev/no-such-line cannot be opened") as string,
    });
  });
});
