/**
 * A `SerialPort` over real web streams that behaves as Chromium's: states, locks, and streams that are replaced
 * after an error.
 * @module
 */
import type { SerialPortLike } from "../serial-types.ts";
import type { FakeDevice, LineItem } from "./fake-device.ts";

export class FakePort implements SerialPortLike {
  readonly #device: FakeDevice;
  #state: "closed" | "open" | "lost" = "closed";
  #plugged = true;
  #readable: ReadableStream<Uint8Array> | undefined;
  #writable: WritableStream<Uint8Array> | undefined;
  #inbox: LineItem[] = [];
  #arrived: () => void = () => {};

  constructor(device: FakeDevice) {
    this.#device = device;
  }

  getInfo(): SerialPortInfo {
    return { ...this.#device.info };
  }

  /** For `FakeSerial`: this object stays dead when the device is plugged in again. */
  unplug(): void {
    this.#plugged = false;
  }

  async open(options: SerialOptions): Promise<void> {
    if (this.#state !== "closed") throw new DOMException("The port is already open.", "InvalidStateError");
    if (!this.#plugged || this.#device.failingOpens-- > 0)
      throw new DOMException("Failed to open serial port.", "NetworkError");
    this.#state = "open";
    this.#device.settings = options;
    this.#device.connect((item) => {
      this.#inbox.push(item);
      this.#arrived();
    });
  }

  async close(): Promise<void> {
    if (this.#state === "closed") throw new DOMException("The port is already closed.", "InvalidStateError");
    // Both reject with TypeError while someone holds a reader or a writer, and then the port stays open.
    await Promise.all([this.#readable?.cancel(), this.#writable?.abort()]);
    this.#state = "closed";
    this.#readable = this.#writable = undefined;
    this.#inbox = [];
    this.#device.connect(undefined);
  }

  async setSignals(signals: SerialOutputSignals): Promise<void> {
    if (!this.#device.hasSignals) throw new DOMException("Failed to set control signals.", "NetworkError");
    this.#device.signals = { ...this.#device.signals, ...signals };
  }

  get readable(): ReadableStream<Uint8Array> | null {
    if (this.#state !== "open") return null;
    return (this.#readable ??= this.#makeReadable());
  }

  get writable(): WritableStream<Uint8Array> | null {
    if (this.#state !== "open") return null;
    return (this.#writable ??= this.#makeWritable());
  }

  #makeReadable(): ReadableStream<Uint8Array> {
    let live = true;
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          while (live && this.#inbox.length === 0)
            await new Promise<void>((resolve) => (this.#arrived = resolve));
          const item = live ? this.#inbox.shift() : undefined;
          if (item instanceof Uint8Array) controller.enqueue(item);
          else if (item !== undefined) {
            live = false;
            this.#readable = undefined;
            if (item.name === "NetworkError") this.#state = "lost";
            controller.error(item);
          }
        },
        cancel: () => {
          live = false;
          this.#readable = undefined;
          this.#arrived();
        },
      },
      { highWaterMark: 0 },
    );
  }

  #makeWritable(): WritableStream<Uint8Array> {
    let giveUp: () => void = () => {};
    const aborted = new Promise<void>((resolve) => (giveUp = resolve));
    return new WritableStream<Uint8Array>({
      start: (controller) => controller.signal.addEventListener("abort", giveUp),
      write: async (bytes) => {
        if (this.#state === "lost") throw new DOMException("The device has been lost.", "NetworkError");
        if (this.#device.stalled) await aborted;
        else this.#device.receive(bytes);
      },
    });
  }
}
