/**
 * Who has a port, among the connectors of this page. An open port that nobody here holds was left behind and may be
 * closed; one that is held may not.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import type { SerialPortLike } from "./serial-types.ts";

const HOLDS = new WeakMap<SerialPortLike, PortHold>();

/** From before the port is opened until it is closed again. */
export class PortHold {
  readonly #port: SerialPortLike;
  /** Resolves when the port is free; `undefined` while nobody lets go of it. */
  #released: Promise<void> | undefined;

  private constructor(port: SerialPortLike) {
    this.#port = port;
  }

  /** Waits for a holder that is letting go. Rejects with `WRONG_STATE`, reason `port-taken`, where one is not. */
  static async take(port: SerialPortLike): Promise<PortHold> {
    for (let holder = HOLDS.get(port); holder !== undefined; holder = HOLDS.get(port)) {
      if (holder.#released === undefined) throw portTaken();
      await holder.#released;
    }
    const hold = new PortHold(port);
    HOLDS.set(port, hold);
    return hold;
  }

  /** Lets go, once: at once, or when the port is closed. */
  end(closed: Promise<void> = Promise.resolve()): void {
    this.#released ??= closed.finally(() => HOLDS.delete(this.#port));
  }
}

function portTaken(): ConcertError {
  return new ConcertError(
    "WRONG_STATE",
    "open() while another connector of this page has the serial port open; use that one, or close its connection first",
    { reason: "port-taken" },
  );
}
