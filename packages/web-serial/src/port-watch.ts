/**
 * Keeps hold of one terminal's port while its `SerialPort` object changes (pitfall 8).
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import { portsLike, rematchPort, type PortMatch } from "./match-port.ts";
import { identify, portId, type PortIdentity } from "./port-identity.ts";
import type { SerialLike, SerialPortLike } from "./serial-types.ts";
import { explainRefusal } from "./support.ts";

export interface PortWatchHooks {
  /** That port object is dead. */
  onGone(port: SerialPortLike): void;
  onConnection(state: "connected" | "disconnected"): void;
}

export class PortWatch {
  readonly id: string;
  readonly #identity: PortIdentity;
  readonly #serial: SerialLike | undefined;
  readonly #hooks: PortWatchHooks;
  #port: SerialPortLike;
  #present = true;
  /** Ports of the same identity that stood beside ours when it was last seen. */
  #twins: ReadonlySet<SerialPortLike> = new Set();
  /** Answers of `getPorts()` overtaken by a later event are not looked at. */
  #look = 0;

  /** Without `serial` the port is taken to be there always, under the same object. */
  constructor(port: SerialPortLike, serial: SerialLike | undefined, hooks: PortWatchHooks) {
    this.#port = port;
    this.#identity = identify(port.getInfo());
    this.id = portId(this.#identity);
    this.#serial = serial;
    this.#hooks = hooks;
    serial?.addEventListener("connect", this.#onConnect);
    serial?.addEventListener("disconnect", this.#onDisconnect);
    // Learn the twins now: once ours is gone it is too late.
    this.#onConnect();
  }

  get present(): boolean {
    return this.#present;
  }

  /** The port's object of today. Rejects with `UNREACHABLE` when it is not there or not certain. */
  async locate(): Promise<SerialPortLike> {
    if (this.#serial === undefined) return this.#port;
    const serial = this.#serial;
    const match = await this.#lookAround(serial).catch(async (cause: unknown) => {
      throw await explainRefusal(serial, cause);
    });
    if (match.found === "one") return match.port;
    throw match.found === "none"
      ? new ConcertError(
          "UNREACHABLE",
          "the terminal is not plugged in, or the page lost the permission to use it",
          {
            reason: "unplugged",
          },
        )
      : new ConcertError(
          "UNREACHABLE",
          "several identical serial ports came back; pick the terminal's again",
          {
            reason: "ambiguous",
          },
        );
  }

  stop(): void {
    this.#serial?.removeEventListener("connect", this.#onConnect);
    this.#serial?.removeEventListener("disconnect", this.#onDisconnect);
  }

  readonly #onConnect = (): void => {
    // A list that cannot be had leaves things as they are; the next open() says why.
    if (this.#serial !== undefined) void this.#lookAround(this.#serial).catch(() => {});
  };

  readonly #onDisconnect = (event: Event): void => {
    const target: unknown = event.target;
    if (target === this.#port) {
      this.#hooks.onGone(this.#port);
      // A Bluetooth terminal out of reach stays paired: its port stays listed, and open() calls it again.
      if (this.#identity.kind !== "bluetooth") this.#setPresent(false);
    }
    this.#onConnect();
  };

  async #lookAround(serial: SerialLike): Promise<PortMatch> {
    const look = ++this.#look;
    const ports = await serial.getPorts();
    const match: PortMatch = ports.includes(this.#port)
      ? { found: "one", port: this.#port }
      : rematchPort(ports, this.#identity, this.#twins);
    if (look === this.#look) this.#adopt(match, ports);
    return match;
  }

  #adopt(match: PortMatch, ports: readonly SerialPortLike[]): void {
    if (match.found !== "one") {
      this.#hooks.onGone(this.#port);
      return this.#setPresent(false);
    }
    if (match.port !== this.#port) {
      this.#hooks.onGone(this.#port);
      this.#port = match.port;
    }
    this.#twins = new Set(portsLike(ports, this.#identity).filter((port) => port !== match.port));
    this.#setPresent(true);
  }

  #setPresent(present: boolean): void {
    if (present === this.#present) return;
    this.#present = present;
    this.#hooks.onConnection(present ? "connected" : "disconnected");
  }
}
