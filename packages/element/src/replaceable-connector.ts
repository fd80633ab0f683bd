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

  isLike(other: Connector): boolean {
    return isSameEnd(this, other);
  }

  /** What is open stays open. */
  replace(next: Connector): void {
    this.#current = next;
  }

  open(options: OpenOptions): Promise<Connection> {
    return this.#current.open(options);
  }
}

/** True where both lead to the same terminal over the same kind of carrier. */
export function isSameEnd(one: Connector, other: Connector): boolean {
  return one.id === other.id && one.carrier === other.carrier && one.resumable === other.resumable;
}
