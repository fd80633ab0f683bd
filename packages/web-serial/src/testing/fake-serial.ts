/**
 * A `navigator.serial` for tests, with a hand that plugs cables and answers the port picker.
 * @module
 */
import type { SerialLike, SerialPortLike } from "../serial-types.ts";
import type { FakeDevice } from "./fake-device.ts";
import { FakePort } from "./fake-port.ts";

export { FakeDevice } from "./fake-device.ts";
export type { FakePort } from "./fake-port.ts";

export class FakeSerial extends EventTarget implements SerialLike {
  /** What the person does in the next picker: picks that device (which grants it), or closes the picker. */
  picks: FakeDevice | "nothing" = "nothing";
  /** False outside a click: the picker is refused. */
  clicked = true;
  /** False where a permissions policy forbids serial ports: everything is refused. */
  allowed = true;
  /** What every `requestPort` asked for. */
  readonly requests: (SerialPortRequestOptions | undefined)[] = [];
  readonly #plugged = new Map<FakeDevice, FakePort>();
  readonly #granted = new Set<FakeDevice>();

  /** Plugs devices in that the page was allowed to use before. Each gets a new port object. */
  plug(...devices: readonly FakeDevice[]): void {
    for (const device of devices) {
      this.#granted.add(device);
      this.plugUngranted(device);
    }
  }

  /** Plugs in a device the page may not use until it is picked. */
  plugUngranted(device: FakeDevice): void {
    const port = new FakePort(device);
    this.#plugged.set(device, port);
    this.#fire("connect", device, port);
  }

  /** Pulls the cable: an open port is lost, then `disconnect` is fired. */
  unplug(device: FakeDevice): void {
    device.hangUp();
    this.unplugQuietly(device);
  }

  /** Only the event: reads stay pending and writes seem to work, as Chromium leaves them on some systems. */
  unplugQuietly(device: FakeDevice): void {
    const port = this.portOf(device);
    port.unplug();
    this.#plugged.delete(device);
    this.#fire("disconnect", device, port);
  }

  /** The port object of today. */
  portOf(device: FakeDevice): FakePort {
    const port = this.#plugged.get(device);
    if (port === undefined) throw new Error("that device is not plugged in");
    return port;
  }

  async getPorts(): Promise<readonly SerialPortLike[]> {
    this.#requireAllowed();
    return [...this.#plugged].filter(([device]) => this.#granted.has(device)).map(([, port]) => port);
  }

  async requestPort(options?: SerialPortRequestOptions): Promise<SerialPortLike> {
    this.#requireAllowed();
    if (!this.clicked) throw new DOMException("Must be handling a user gesture.", "SecurityError");
    this.requests.push(options);
    if (this.picks === "nothing") throw new DOMException("No port selected by the user.", "NotFoundError");
    this.#granted.add(this.picks);
    return this.portOf(this.picks);
  }

  #requireAllowed(): void {
    if (!this.allowed) throw new DOMException("Disallowed by permissions policy.", "SecurityError");
  }

  #fire(type: "connect" | "disconnect", device: FakeDevice, port: FakePort): void {
    if (!this.#granted.has(device)) return;
    // In a browser the event bubbles from the port; here there is only one target, so the name is lent.
    const event = new Event(type);
    Object.defineProperty(event, "target", { value: port });
    this.dispatchEvent(event);
  }
}
