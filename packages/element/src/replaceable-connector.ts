/**
 * A connector that another object of the same name can take the place of: a framework makes a new one at every
 * render, and the terminal behind it is the same.
 * @module
 */
import type { Connection, Connector, OpenOptions } from "@concert-pay/core";

export class ReplaceableConnector implements Connector {
  readonly carrier: Connector["carrier"];
  readonly id: string;
  readonly resumable: boolean;
  #current: Connector;

  constructor(current: Connector) {
    this.carrier = current.carrier;
    this.id = current.id;
    this.resumable = current.resumable;
    this.#current = current;
  }

  /** False where that one leads elsewhere. What is open stays open. */
  replace(next: Connector): boolean {
    const isSame = next.id === this.id && next.carrier === this.carrier && next.resumable === this.resumable;
    if (isSame) this.#current = next;
    return isSame;
  }

  open(options: OpenOptions): Promise<Connection> {
    return this.#current.open(options);
  }
}
