/**
 * The simulated terminal inside a page, and in any other runtime: no sockets, no files.
 * @module
 */
import {
  ConcertError,
  describeBytes,
  systemClock,
  type Clock,
  type Connection,
  type Connector,
  type Dialect,
} from "@concert-pay/core";
import { Attachment } from "./attachment.ts";
import { callback, checkOptions, dialect, milliseconds, oneOf, word, type Checks } from "./checks.ts";
import { TerminalControls } from "./controls.ts";
import { ipFraming, terminalLink, type Framing } from "./links.ts";
import { memoryPair, type Carry, type MemoryEnd } from "./memory-pair.ts";
import { MODEL } from "./model/model-checks.ts";
import { TerminalModel, type TerminalModelOptions } from "./model/terminal-model.ts";

export type { Behaviour, BehaviourChoice } from "./model/behaviour.ts";
export { behaviourNames } from "./model/find-behaviour.ts";
export type { Fate, LedgerEntry, RequestRecord } from "./model/ledger.ts";
export type { Key, Screen, ShownPayment } from "./model/screen.ts";
export { TerminalControls } from "./controls.ts";
export {
  memoryPair,
  type Carry,
  type MemoryEnd,
  type MemoryListener,
  type MemoryPairOptions,
} from "./memory-pair.ts";

export interface SimulatedConnectorOptions extends Omit<TerminalModelOptions, "clock"> {
  /** Default: the system's. */
  readonly clock?: Clock;
  /** `serial`: one line that stays, with the dialogue of protocol.md 7. Default `ip`. */
  readonly carrier?: "ip" | "serial";
  /** Default `"v3"`. */
  readonly dialect?: Dialect;
  /** Time on the way, each direction, in milliseconds. Default 0. */
  readonly latencyMs?: number;
  /** What arrives in place of what was sent. Default: everything. */
  readonly carry?: Carry;
  /** Silence that ends a request, in milliseconds. Default 100; 5 000 while a compulsory tag is missing. */
  readonly requestQuietMs?: number;
  /** Default `"simulated:terminal"`. */
  readonly id?: string;
  /** One masked line per message. */
  readonly log?: (line: string) => void;
}

const CONNECTOR: Checks<SimulatedConnectorOptions> = {
  carrier: oneOf("ip", "serial"),
  dialect,
  latencyMs: milliseconds,
  carry: callback,
  requestQuietMs: milliseconds,
  id: word,
  log: callback,
  ...MODEL,
};

/** The terminal at the far end of a `simulatedConnector`. */
export class PageSimulator extends TerminalControls {
  readonly #options: SimulatedConnectorOptions;
  readonly #clock: Clock;
  readonly #open = new Map<MemoryEnd, Attachment | undefined>();
  /** The terminal's end of a serial line: it stays when the register closes its port. */
  #line: Attachment | undefined;
  #pluggedIn = true;
  #connections = 0;

  constructor(options: SimulatedConnectorOptions) {
    checkOptions(CONNECTOR, options);
    const clock = options.clock ?? systemClock();
    super(new TerminalModel({ ...options, clock }));
    this.#options = options;
    this.#clock = clock;
  }

  /** Pulls the cable, or switches the network off: connections are lost, new ones refused. */
  unplug(): void {
    this.#pluggedIn = false;
    this.#cut();
  }

  plugIn(): void {
    this.#pluggedIn = true;
  }

  /** Restarts the service without notice: connections are lost, a payment under way goes on. */
  restart(): void {
    this.#cut();
  }

  /** Power off and on: what the customer had not decided is lost, and nothing is charged for it. */
  reboot(): void {
    this.#line?.detach();
    this.#line = undefined;
    this.#cut();
    this.model.reboot();
  }

  /** Opens a connection, as `simulatedConnector` does. @throws ConcertError `UNREACHABLE` while unplugged or in use */
  connect(): Connection {
    const { carrier = "ip" } = this.#options;
    if (!this.#pluggedIn)
      throw new ConcertError("UNREACHABLE", "the simulated terminal is unplugged", { reason: "refused" });
    const { near, far } = memoryPair({ ...this.#options, clock: this.#clock });
    if (carrier === "serial") this.#plugInto(far);
    else this.#accept(far);
    return near;
  }

  #accept(far: MemoryEnd): void {
    const attachment = this.#attach(far, ipFraming(this.#options.dialect ?? "v3"));
    this.#open.set(far, attachment);
    far.listen({
      bytes: (bytes) => attachment.receive(bytes),
      closed: (lost) => {
        this.#open.delete(far);
        attachment.peerClosed({ lost });
      },
    });
  }

  #plugInto(far: MemoryEnd): void {
    for (const open of this.#open.keys())
      if (!open.closed)
        throw new ConcertError("UNREACHABLE", "the serial port is open already", { reason: "in-use" });
    this.#open.set(far, undefined);
    this.#line ??= this.#attach(undefined, "serial");
    far.listen({
      bytes: (bytes) => this.#line?.receive(bytes),
      // A terminal does not notice that the register has closed its port.
      closed: () => {
        this.#open.delete(far);
        far.end();
      },
    });
  }

  #attach(far: MemoryEnd | undefined, framing: Framing): Attachment {
    const { dialect = "v3", requestQuietMs, log } = this.#options;
    const connection = this.#connections;
    this.#connections += 1;
    const ends = (): Iterable<MemoryEnd> => (far === undefined ? this.#open.keys() : [far]);
    return new Attachment({
      model: this.model,
      clock: this.#clock,
      dialect,
      link: terminalLink(framing, requestQuietMs),
      framing,
      permanent: far === undefined,
      connection,
      onRestart: () => this.reboot(),
      wire: {
        write: (bytes, written) => {
          for (const end of ends()) if (!end.closed) void end.write(bytes);
          written();
        },
        end: () => far?.end(),
        reset: () => far?.reset(),
      },
      ...(log === undefined
        ? {}
        : {
            onMessage: (direction: "in" | "out", message: Uint8Array): void =>
              log(`#${connection} ${direction === "in" ? "<" : ">"} ${describeBytes(message, 240)}`),
          }),
    });
  }

  #cut(): void {
    for (const [end, attachment] of this.#open) {
      attachment?.detach();
      end.reset();
    }
    this.#open.clear();
  }
}

/**
 * A terminal inside the page: hand it to `openTerminal` as its connector, and play the customer through `simulator`.
 * With `behaviour: "interactive"` a payment waits for `simulator.tap()` and the like.
 * @throws ConcertError `BAD_REQUEST` naming the option
 */
export function simulatedConnector(
  options: SimulatedConnectorOptions = {},
): Connector & { readonly simulator: PageSimulator } {
  const simulator = new PageSimulator(options);
  return {
    simulator,
    carrier: options.carrier ?? "ip",
    id: options.id ?? "simulated:terminal",
    resumable: false,
    open: async () => simulator.connect(),
  };
}
