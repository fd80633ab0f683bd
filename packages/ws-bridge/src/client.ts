/**
 * The page's side of the bridge: a connector that reaches a terminal over a WebSocket. Runs in pages and in Node.
 * @module
 */
import { ConcertError, type Connection, type Connector, type OpenOptions } from "@concert-pay/core";
import { codeOf } from "./close-codes.ts";
import { BridgeConnection } from "./client/bridge-connection.ts";
import {
  blockedByPolicy,
  closedByBridge,
  failedToOpen,
  permissionState,
  promptShowing,
  refusedToConstruct,
} from "./client/failures.ts";
import { askHeld } from "./client/held.ts";
import {
  checkOptions,
  offeredProtocols,
  type ClientSettings,
  type WebSocketConnectorOptions,
  type WebSocketLike,
} from "./client/options.ts";
import { isLoopback } from "./loopback.ts";
import { parseEvent, type BridgeEvent } from "./wire.ts";

export { closeCode, closeCodes, type CloseCode, type CloseName, type Sent } from "./close-codes.ts";
export type { WebSocketConnectorOptions, WebSocketConstructor, WebSocketLike } from "./client/options.ts";

/** Nothing at all from the browser for this long: perhaps it shows its permission prompt. */
const PROMPT_MS = 3_000;
/** How long after `error` the `close` may come; without one the page's policy blocked the socket. */
const CSP_MS = 250;

/** A terminal behind a bridge. */
export interface BridgeConnector extends Connector {
  /**
   * How many exchanges with this terminal, begun by pages of this origin, are known to the bridge as not done with: a
   * byte of the request was passed on, and no page has closed it with 1000; one whose page is still connected counts too.
   * A page that finds no trace of a journal and a number above 0 has lost one. Rejects where the bridge does not say.
   */
  heldExchanges(): Promise<number>;
}

/**
 * Reaches one terminal through a bridge.
 *
 * `open` resolves once the bridge has reached the terminal. It rejects, with `reason` for programs:
 * - `UNREACHABLE`: `bridge-not-running`, `no-answer`, `unknown-terminal`, `terminal-unreachable`, `connect-timeout`,
 *   `full`, `stopping`; on resume `nothing-held`, `answer-not-held`.
 * - `NOT_ALLOWED`: `mixed-content`, `csp`, `prompt-showing`, `permission-denied`, `refused`, `origin-refused`,
 *   `host-refused`, `token-refused`.
 * - `NOT_SUPPORTED`: `no-websocket`, `bad-request` (a bridge of another version).
 * - `WRONG_STATE`: `exchange-used`; that exchange was begun before: resume it.
 * - `PORT_LOST`: any other end before the terminal was reached.
 *
 * While the bridge is down, ask `/health` with fetch rather than open again and again: browsers slow WebSockets down
 * after failures. Throws `BAD_REQUEST` for a bad option.
 */
export function webSocketConnector(options: WebSocketConnectorOptions): BridgeConnector {
  const settings = checkOptions(options);
  return {
    carrier: "ip",
    id: terminalId(settings.url),
    resumable: true,
    open: (request) => new Opening(settings, request).result,
    heldExchanges: () => askHeld(settings),
  };
}

/**
 * One name for one terminal, however its address is written: journal and lease know it by this. All names of this
 * machine are one.
 */
function terminalId(address: string): string {
  const url = new URL(address);
  if (isLoopback(url.hostname)) url.hostname = "127.0.0.1";
  return url.href;
}

/** One attempt to open, until it is decided; events may come in any order, the first decision stands. */
class Opening {
  readonly result: Promise<Connection>;
  readonly #settings: ClientSettings;
  readonly #resume: boolean;
  readonly #cancels: (() => void)[] = [];
  #resolve: (connection: Connection) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #socket: WebSocketLike | undefined;
  #decided = false;
  #connection: BridgeConnection | undefined;
  /** Any event has come: the browser is not waiting for the person. */
  #heard = false;
  #opened = false;

  constructor(settings: ClientSettings, { exchange, resume = false }: OpenOptions) {
    this.#settings = settings;
    this.#resume = resume;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    try {
      if (settings.WebSocket === undefined) throw new TypeError("no WebSocket in this runtime");
      this.#socket = new settings.WebSocket(
        `${settings.url}?exchange=${exchange}${resume ? "&resume=1" : ""}`,
        offeredProtocols(settings),
      );
    } catch (cause) {
      this.#fail(refusedToConstruct(cause, settings.url));
      return;
    }
    this.#hear(this.#socket);
    this.#after(PROMPT_MS, () => void this.#askForPrompt());
    this.#after(settings.openWithinMs, () =>
      this.#fail(
        new ConcertError("UNREACHABLE", "the bridge did not reach the terminal in time", {
          reason: "no-answer",
        }),
      ),
    );
  }

  #hear(socket: WebSocketLike): void {
    socket.binaryType = "arraybuffer";
    socket.addEventListener("open", () => (this.#heard = this.#opened = true));
    socket.addEventListener("message", ({ data }: { data: unknown }) => this.#message(data));
    socket.addEventListener("error", () => {
      this.#heard = true;
      this.#after(CSP_MS, () => this.#fail(blockedByPolicy(this.#settings.url)));
    });
    socket.addEventListener("close", ({ code, reason }: { code: number; reason: string }) =>
      this.#closed(code, reason),
    );
  }

  #message(data: unknown): void {
    if (this.#connection !== undefined) return this.#connection.message(data);
    if (this.#decided || typeof data !== "string") return;
    const event = parseEvent(data);
    if (event?.event === "connected" || event?.event === "resumed") this.#reached(event);
  }

  #reached(event: Extract<BridgeEvent, { event: "connected" | "resumed" }>): void {
    if ((event.event === "resumed") !== this.#resume) {
      const error = new ConcertError("WRONG_STATE", "that exchange was begun before; open it with resume", {
        reason: "exchange-used",
      });
      return this.#fail(error);
    }
    const resumed = event.event === "resumed" ? { requestBytes: event.requestBytes } : undefined;
    this.#decide();
    this.#connection = new BridgeConnection(this.#socket as WebSocketLike, this.#settings, resumed);
    this.#resolve(this.#connection);
  }

  #closed(code: number, reason: string): void {
    if (this.#connection !== undefined) return this.#connection.closed(code, reason);
    if (this.#decided) return;
    this.#decide();
    // 1006 before `open`: the browser tells the page nothing more, so it takes a probe.
    if (code === 1006 && !this.#opened) void failedToOpen(this.#settings).then(this.#reject);
    else this.#reject(closedByBridge(code, reason, true));
  }

  async #askForPrompt(): Promise<void> {
    if (this.#heard) return;
    const state = await permissionState(this.#settings);
    if (!this.#heard && state === "prompt") this.#fail(promptShowing());
  }

  #fail(error: ConcertError): void {
    if (this.#decided) return;
    this.#decide();
    this.#reject(error);
    try {
      // Whatever opens after all is not used: an exchange taken up by mistake stays held.
      this.#socket?.close(codeOf("page-left"));
    } catch {
      // Some runtimes refuse to close a socket that is still connecting in vain.
    }
  }

  #decide(): void {
    this.#decided = true;
    for (const cancel of this.#cancels) cancel();
  }

  #after(ms: number, callback: () => void): void {
    if (this.#decided) return;
    const { clock } = this.#settings;
    this.#cancels.push(clock.setTimer(clock.now() + ms, callback));
  }
}
