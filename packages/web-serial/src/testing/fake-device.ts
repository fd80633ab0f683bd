/**
 * What stands at the other end of a fake serial line.
 * @module
 */
import type { Connection } from "@concert-pay/core";

/** Bytes for the page, or an error that its read meets at this place between them. */
export type LineItem = Uint8Array | DOMException;

/** An FTDI adapter, as many terminals carry inside. */
const FTDI: SerialPortInfo = { usbVendorId: 0x0403, usbProductId: 0x6001 };

/**
 * A terminal on a cable. The test is the terminal through `far`; the other members say what the page did to the
 * line and let it misbehave.
 */
export class FakeDevice {
  readonly info: SerialPortInfo;
  /**
   * The terminal's end, for as long as the terminal lives: it outlasts cables. Bytes written while the page has
   * the port closed are lost, as on a real one. `close()` switches the terminal off.
   */
  readonly far: Connection;
  /** Every write of the page, as it was cut. */
  readonly writes: Uint8Array[] = [];
  /** Settings of the last open. */
  settings: SerialOptions | undefined;
  /** Output lines as the page set them last; `undefined` where it never did. */
  signals: SerialOutputSignals | undefined;
  /** How many of the next opens fail as when another program holds the port. `Infinity` for always. */
  failingOpens = 0;
  /** False for devices without modem lines, whose `setSignals` fails. */
  hasSignals = true;
  /** True while the device takes no bytes (flow control): writes of the page stay pending. */
  stalled = false;
  readonly #received = new ByteQueue();
  #deliver: ((item: LineItem) => void) | undefined;

  constructor(info: SerialPortInfo = FTDI) {
    this.info = info;
    this.far = {
      incoming: this.#received,
      write: async (bytes) => this.#deliver?.(bytes.slice()),
      close: async () => {
        this.hangUp();
        this.#received.end();
      },
    };
  }

  /** A read error of the page, in order with the bytes: `"ParityError"`, `"BreakError"`, ... */
  fail(name: string): void {
    this.#deliver?.(new DOMException(`fake ${name}`, name));
  }

  /** The device is gone, as far as the open port can tell. No event is fired by this alone. */
  hangUp(): void {
    this.fail("NetworkError");
  }

  /** For the port: where to deliver while it is open; `undefined` once it is closed. */
  connect(deliver: ((item: LineItem) => void) | undefined): void {
    this.#deliver = deliver;
  }

  /** For the port: bytes of the page. */
  receive(bytes: Uint8Array): void {
    this.writes.push(bytes.slice());
    this.#received.push(bytes.slice());
  }
}

/** Chunks in order, for one reader. */
class ByteQueue implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #ended = false;
  #arrived: () => void = () => {};

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#arrived();
  }

  end(): void {
    this.#ended = true;
    this.#arrived();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#ended) return;
      else await new Promise<void>((resolve) => (this.#arrived = resolve));
    }
  }
}
