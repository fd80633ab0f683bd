/**
 * The terminal at the end of a real serial line, through the optional package `serialport`.
 * @module
 */
import {
  ConcertError,
  describeBytes,
  LINE_8N1,
  type Clock,
  type Dialect,
  type LineSettings,
} from "@concert-pay/core";
import { Attachment } from "./attachment.ts";
import { terminalLink } from "./links.ts";
import type { TerminalModel } from "./model/terminal-model.ts";

/** The part of a serial port that a terminal needs; the tests have their own. */
export interface RawPort {
  write(bytes: Uint8Array, written: () => void): void;
  onBytes(listener: (bytes: Uint8Array) => void): void;
  /** The device is gone. */
  onLost(listener: () => void): void;
  close(): Promise<void>;
}

export type OpenRawPort = (path: string, line: LineSettings) => Promise<RawPort>;

export interface SerialLineOptions {
  readonly model: TerminalModel;
  readonly clock: Clock;
  readonly dialect: Dialect;
  readonly path: string;
  /** Default: 9600 bits per second, 8N1. Bit 7 of what comes is masked, so that 7E1 at the other end works too. */
  readonly line?: LineSettings;
  readonly connection: number;
  readonly log: (line: string) => void;
  readonly onRestart: () => void;
  /** Default: the package `serialport`. */
  readonly open?: OpenRawPort;
}

/** Pause before a device that was unplugged is looked for again. */
const REOPEN_MS = 1_000;

export class SerialLine {
  readonly #options: SerialLineOptions;
  readonly #attachment: Attachment;
  #port: RawPort | undefined;
  #stopped = false;
  #cancel: (() => void) | undefined;

  private constructor(options: SerialLineOptions) {
    this.#options = options;
    const { model, clock, dialect, connection, onRestart, log } = options;
    this.#attachment = new Attachment({
      model,
      clock,
      dialect,
      connection,
      onRestart,
      framing: "serial",
      permanent: true,
      link: terminalLink("serial", undefined, (options.line ?? LINE_8N1).baudRate),
      onMessage: (direction, message) =>
        log(`line ${direction === "in" ? "<" : ">"} ${describeBytes(message, 240)}`),
      wire: {
        // What is sent while the cable is out is lost, and the terminal does not know.
        write: (bytes, written) => (this.#port === undefined ? written() : this.#port.write(bytes, written)),
        end: () => undefined,
        reset: () => undefined,
      },
    });
  }

  /** @throws ConcertError `NOT_SUPPORTED` without `serialport`, `UNREACHABLE` where the line cannot be opened */
  static async open(options: SerialLineOptions): Promise<SerialLine> {
    const line = new SerialLine(options);
    await line.#open();
    return line;
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#attachment.detach();
    await this.#port?.close();
  }

  async #open(): Promise<void> {
    const { path, line = LINE_8N1, open = openSerialPort, log } = this.#options;
    const port = await open(path, line);
    if (this.#stopped) return port.close();
    this.#port = port;
    log(`line ${path} open at ${line.baudRate}`);
    port.onBytes((bytes) => this.#attachment.receive(bytes));
    port.onLost(() => {
      log(`line ${path} lost`);
      this.#port = undefined;
      this.#reopenLater();
    });
  }

  #reopenLater(): void {
    const { clock } = this.#options;
    if (this.#stopped) return;
    this.#cancel = clock.setTimer(
      clock.now() + REOPEN_MS,
      () => void this.#open().catch(() => this.#reopenLater()),
    );
  }
}

/** The maintained `serialport`, loaded only where a line is asked for. */
async function openSerialPort(path: string, line: LineSettings): Promise<RawPort> {
  const { SerialPort } = await import("serialport").catch((cause: unknown) => {
    throw new ConcertError(
      "NOT_SUPPORTED",
      "serial lines need the package serialport: npm install serialport",
      {
        cause,
      },
    );
  });
  const { baudRate, dataBits, parity, stopBits, hardwareFlowControl = false } = line;
  const port = new SerialPort({
    path,
    baudRate,
    dataBits,
    parity,
    stopBits,
    rtscts: hardwareFlowControl,
    autoOpen: false,
  });
  await new Promise<void>((resolve, reject) =>
    port.open((error) => {
      if (!error) return resolve();
      const why = error.message.replace(/^Error: /, "").replace(/, cannot open .*$/, "");
      reject(new ConcertError("UNREACHABLE", `${path} cannot be opened: ${why}`, { cause: error }));
    }),
  );
  // An error that nobody listens to would end the process; the port closes after it.
  port.on("error", () => undefined);
  return {
    write: (bytes, written) => void port.write(Buffer.from(bytes), () => port.drain(() => written())),
    onBytes: (listener) => void port.on("data", (bytes: Buffer) => listener(Uint8Array.from(bytes))),
    onLost: (listener) => void port.on("close", (error: unknown) => (error ? listener() : undefined)),
    close: () => new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())),
  };
}
