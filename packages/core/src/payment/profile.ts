/**
 * What is particular to one family of terminals, as data. The list is in `profiles.ts`.
 * @module
 */
import type { LineSettings } from "../link/line-settings.ts";

/** Which codec speaks: tags (V3) or fixed fields (V2 "E", "E+"). */
export type Dialect = "v3" | "v2-e" | "v2-e+";

export interface Profile {
  readonly name: string;
  /** For a list of choices on screen. */
  readonly label: string;
  /** CZ to send. */
  readonly version: "0300" | "0301" | "0310" | "0320";
  readonly dialect: Dialect;
  /** How messages are framed over IP: bare (`"stream"`), or the serial dialogue over a socket (V2 with Nepting). */
  readonly ipFraming: "stream" | "serial";
  /** Tags never to send, whatever the caller asks. */
  readonly neverSend: readonly string[];
  /** Values of CK the terminal is known to answer; empty: tickets are not offered. */
  readonly tickets: readonly string[];
  /** Silence that ends an answer over IP, in milliseconds. */
  readonly quietMs: number;
  /** AF codes that may stand beside AE=10 without denying it (protocol.md 4.2: 01 and 03 follow AE). */
  readonly successReasons: readonly string[];
  /** Means of recovery the terminal offers beside the carrier's own, in the order to try. */
  readonly recovery: readonly ("status" | "duplicate")[];
  /** Expert: characters sent after a request over IP (protocol.md 12.9). */
  readonly requestSuffix: "" | "\r\n";
  readonly line: LineSettings;
  /** Mask bit 7 of what is received: for lines opened with 8 data bits whose terminal sends parity. */
  readonly maskBit7: boolean;
  /** Software even parity: characters are sent with bit 7 set to make parity even, for such lines. */
  readonly softwareParity: boolean;
  /** Menu path on the terminal that turns the register link on, where known. */
  readonly setup?: string;
  /** Public documents each statement rests on. */
  readonly evidence: readonly string[];
}
