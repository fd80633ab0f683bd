/**
 * A serial port as a connector, which goes on after the cable was pulled and put back.
 * @module
 */
import {
  ConcertError,
  LINE_8N1,
  systemClock,
  type Clock,
  type Connection,
  type Connector,
  type LineSettings,
  type OpenOptions,
} from "@concert-pay/core";
import type { LineNoise, NoiseCounts } from "./line-noise.ts";
import { openPort } from "./open-port.ts";
import { PortHold } from "./port-hold.ts";
import { PortWatch } from "./port-watch.ts";
import { SerialConnection } from "./serial-connection.ts";
import type { PageEvents, SerialLike, SerialPortLike } from "./serial-types.ts";
import { within } from "./within.ts";

export interface SerialConnectorOptions {
  /** Where ports are looked for again after the cable was pulled. Default `navigator.serial`. */
  readonly serial?: SerialLike;
  /**
   * How the line is set. Default: what the profile of the terminal on it says, and 9600 8N1 without a terminal. Settings
   * given to `openTerminal`, or to `open()`, win.
   */
  readonly line?: LineSettings;
  /** Output lines once open. Default both raised; RTS is left to the driver under hardware flow control. */
  readonly signals?: { readonly dataTerminalReady?: boolean; readonly requestToSend?: boolean };
  /** Bytes the browser keeps for a busy page. Default 16384: more than a second at 115200. */
  readonly bufferSize?: number;
  /** Noise on the line was read past. For the log: it is no error. */
  readonly onNoise?: (kind: LineNoise, counts: NoiseCounts) => void;
  /** The terminal was plugged out, or is back and can be opened again. Not called for the state at the start. */
  readonly onConnection?: (state: "connected" | "disconnected") => void;
  /** Whose `pagehide` frees the port. Default the window. */
  readonly page?: PageEvents;
  readonly clock?: Clock;
}

/** A connector over one serial port. One connection at a time. */
export interface SerialConnector extends Connector {
  readonly carrier: "serial";
  readonly resumable: false;
  /** False from the moment the terminal is plugged out until it is found again. */
  readonly connected: boolean;
  readonly noise: NoiseCounts;
  /** A line carries no exchanges, so all options may be left out. */
  open(options?: Partial<OpenOptions>): Promise<Connection>;
  /** Closes the line and stops listening to the browser. The connector cannot be used afterwards. */
  dispose(): Promise<void>;
}

/** Room for the longest answer a terminal was seen to send, many times over. */
const BUFFER_BYTES = 16_384;
/** How long a driver gets to set its output lines. */
const SIGNALS_MS = 1000;

/**
 * Makes a connector of a port the page already has.
 *
 * `open` rejects with `UNREACHABLE`: reason `unplugged` (not there now), `ambiguous` (several identical ports came
 * back; let the person pick with `requestSerialConnector`) or `port-busy`; with `WRONG_STATE` while a connection
 * is open, of this connector or (reason `port-taken`) of another one of this page over the same port. A connection whose page is hidden for good (`pagehide`) is closed.
 */
export function serialConnector(port: SerialPortLike, options: SerialConnectorOptions = {}): SerialConnector {
  return new PortConnector(port, options);
}

class PortConnector implements SerialConnector {
  readonly carrier = "serial";
  readonly resumable = false;
  readonly id: string;
  readonly #options: SerialConnectorOptions;
  readonly #clock: Clock;
  readonly #watch: PortWatch;
  readonly #noise: Record<LineNoise, number> = { parity: 0, framing: 0, break: 0, overrun: 0 };
  #line: "free" | "taken" | "disposed" = "free";
  #connection: SerialConnection | undefined;
  /** The end of the last connection: the port cannot be opened before. */
  #released: Promise<void> = Promise.resolve();
  readonly #onPageHide = (): void => void this.#connection?.close();

  constructor(port: SerialPortLike, options: SerialConnectorOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock();
    this.#watch = new PortWatch(port, options.serial ?? globalThis.navigator?.serial, {
      onGone: (gone) => {
        if (this.#connection?.port === gone) this.#connection.lose("unplugged");
      },
      onConnection: (state) => tell(() => options.onConnection?.(state)),
    });
    this.id = this.#watch.id;
  }

  get connected(): boolean {
    return this.#watch.present;
  }

  get line(): LineSettings | undefined {
    return this.#options.line;
  }

  get noise(): NoiseCounts {
    return { ...this.#noise };
  }

  async open({ line = this.#options.line ?? LINE_8N1 }: Partial<OpenOptions> = {}): Promise<Connection> {
    if (this.#line !== "free") throw this.#notFree();
    this.#line = "taken";
    let hold: PortHold | undefined;
    try {
      await this.#released;
      const port = await this.#watch.locate();
      hold = await PortHold.take(port);
      await openPort(port, line, this.#options.bufferSize ?? BUFFER_BYTES, this.#clock);
      await this.#raiseSignals(port, line);
      return await this.#connect(port, hold);
    } catch (error) {
      hold?.end();
      this.#setFree();
      throw error;
    }
  }

  async dispose(): Promise<void> {
    this.#line = "disposed";
    this.#watch.stop();
    await this.#connection?.close();
    await this.#released;
  }

  /**
   * Some drivers (and every pseudo-terminal) have no such lines, some polyfills no such call; a terminal that needs
   * them is on a real cable.
   */
  async #raiseSignals(port: SerialPortLike, line: LineSettings): Promise<void> {
    const { dataTerminalReady = true, requestToSend = true } = this.#options.signals ?? {};
    const rts = line.hardwareFlowControl === true ? {} : { requestToSend };
    await within(this.#clock, SIGNALS_MS, async () => port.setSignals?.({ dataTerminalReady, ...rts }));
  }

  async #connect(port: SerialPortLike, hold: PortHold): Promise<Connection> {
    const page = this.#options.page ?? thisWindow();
    const connection = new SerialConnection(port, {
      clock: this.#clock,
      onNoise: (kind) => this.#count(kind),
      onEnd: (released) => {
        page?.removeEventListener("pagehide", this.#onPageHide);
        this.#connection = undefined;
        this.#released = released;
        hold.end(released);
        this.#setFree();
      },
    });
    page?.addEventListener("pagehide", this.#onPageHide);
    this.#connection = connection;
    if (this.#line === "disposed") {
      await connection.close();
      throw this.#notFree();
    }
    return connection;
  }

  #count(kind: LineNoise): void {
    this.#noise[kind]++;
    const counts = this.noise;
    tell(() => this.#options.onNoise?.(kind, counts));
  }

  #setFree(): void {
    if (this.#line === "taken") this.#line = "free";
  }

  #notFree(): ConcertError {
    const [found, remedy] =
      this.#line === "disposed"
        ? ["disposed", "make a new one"]
        : ["already open", "close its connection first"];
    return new ConcertError("WRONG_STATE", `open() on a serial connector that is ${found}; ${remedy}`);
  }
}

/** Workers have no page that could be hidden. */
function thisWindow(): PageEvents | undefined {
  return "addEventListener" in globalThis ? globalThis : undefined;
}

/** A listener that throws is reported as uncaught, and disturbs neither the line nor the search for the port. */
function tell(listener: () => void): void {
  queueMicrotask(listener);
}
