/**
 * How bytes reach a terminal: the smallest interface that a socket, a serial port and a memory pair share.
 * @module
 */
import type { LineSettings } from "../link/line-settings.ts";

export type { LineSettings } from "../link/line-settings.ts";

export interface OpenOptions {
  /**
   * Names this exchange to whoever carries it: 128 random bits written as a UUID. The bridge holds the answer
   * under this name when the page goes away.
   */
  readonly exchange: string;
  /**
   * Take up the exchange of that name again instead of beginning one. Only where `Connector.resumable`.
   * Rejects with `UNREACHABLE`, `reason: "nothing-held"` where the carrier holds nothing under that name.
   */
  readonly resume?: boolean;
  /** How to set the line; only a serial connector reads it. */
  readonly line?: LineSettings;
}

/** What the carrier remembers of a resumed exchange. */
export interface Resumed {
  /** Bytes of the request that the carrier took from us and passed on, or was about to. 0 proves nothing was sent. */
  readonly requestBytes: number;
}

export interface CloseOptions {
  /**
   * The answer is not written down yet: the carrier goes on waiting for it and holds it under the exchange's name.
   * Only where `Connector.resumable`. Default false: the carrier may forget the exchange.
   */
  readonly keepAnswer?: boolean;
}

/** One open connection to a terminal. */
export interface Connection {
  /**
   * Bytes from the terminal, in order, for one reader. Ends when the terminal or the carrier closes in an orderly
   * way, and when `close()` is called. Throws `ConcertError` `PORT_LOST` when the connection is lost.
   */
  readonly incoming: AsyncIterable<Uint8Array>;
  /** Hands bytes to the carrier; resolves when it took them, rejects with `PORT_LOST` when it may not have. */
  write(bytes: Uint8Array): Promise<void>;
  /** Ends the connection. Safe to call twice; never rejects. */
  close(options?: CloseOptions): Promise<void>;
  /** Present on a resumed exchange only. */
  readonly resumed?: Resumed;
}

/**
 * Opens connections to one terminal.
 *
 * `open` rejects with `ConcertError` (`UNREACHABLE`, `NOT_ALLOWED`, `NOT_SUPPORTED`, `PORT_LOST`), and then no
 * byte has left. It resolves only when the far end is reached (TCP connected, serial port open).
 */
export interface Connector {
  /** `"ip"`: one connection per request, no framing. `"serial"`: one line kept open, half-duplex link. */
  readonly carrier: "ip" | "serial";
  /**
   * Names the terminal for the journal and the lock, the same in every tab and after every reload:
   * `"ws://127.0.0.1:8765/terminals/counter-1"`, `"serial:2c97:0001"`.
   */
  readonly id: string;
  /** True where an exchange can be taken up again after the page went away. */
  readonly resumable: boolean;
  /** How this connector's line is to be set, where it was made for one line: wins over the profile's settings. */
  readonly line?: LineSettings | undefined;
  open(options: OpenOptions): Promise<Connection>;
}
