/**
 * What the bridge counts. Reading it never touches a terminal.
 * @module
 */
import type { CloseName } from "./close-codes.ts";

/** Totals since the start, unless said to be of this moment. */
export interface BridgeCounters {
  /** Of this moment: WebSockets that carry an exchange. */
  readonly pages: number;
  /** Of this moment: TCP connections to terminals, those being made included, those being hung up not. */
  readonly terminalConnections: number;
  /** Of this moment: exchanges held for pages that left. */
  readonly held: number;
  /** Of this moment: held answers that are over and reached no page. */
  readonly unread: number;
  /** Of this moment: sides not read because the other side does not keep up. */
  readonly paused: { readonly terminals: number; readonly pages: number };
  /** Exchanges begun. */
  readonly begun: number;
  /** Exchanges taken up again by a page. */
  readonly resumed: number;
  readonly bytesToTerminals: number;
  readonly bytesToPages: number;
  /** WebSockets closed by the bridge, by name of the close. */
  readonly closed: { readonly [name in CloseName]?: number };
}

/** The totals, as they are being counted. */
export class Totals {
  begun = 0;
  resumed = 0;
  bytesToTerminals = 0;
  bytesToPages = 0;
  readonly closed: { [name in CloseName]?: number } = {};

  countClose(name: CloseName): void {
    this.closed[name] = (this.closed[name] ?? 0) + 1;
  }
}
