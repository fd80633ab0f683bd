/**
 * The relay: WebSockets of pages on one side, TCP connections to payment terminals on the other.
 * @module
 */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { ConcertError, maskCardNumbers } from "@concert-pay/core";
import { WebSocketServer, type Server as SocketServer } from "ws";
import { admit, quote, type HeldQuestion, type Knock } from "./admission.ts";
import { Alarm } from "./alarm.ts";
import { BridgeWebSocket } from "./bridge-web-socket.ts";
import type { CloseName } from "./close-codes.ts";
import { checkConfig, type BridgeConfig, type Settings } from "./config.ts";
import { Totals, type BridgeCounters } from "./counters.ts";
import { keepDoorstepClear } from "./doorstep.ts";
import { ExchangeBook } from "./exchange-book.ts";
import { answerHttp, onlyHost } from "./http-answers.ts";
import { closeWith, PageSocket } from "./page-socket.ts";
import { patienceMs } from "./patience.ts";
import { SUBPROTOCOL, type BridgeEvent } from "./wire.ts";

/** How long a WebSocket may take to answer a close before its connection is cut: all that was sent may be read first. */
const CLOSE_MS = 10_000;
/** The same, where nothing but a refusal or a number is under way. */
const BRIEF_MS = 1_000;
/** Time between looks at connections that are late with their request. */
const CHECK_MS = 1_000;
/** The same, while stopping. */
const STOP_MS = 1_000;

export interface StopOptions {
  /**
   * How long to wait for exchanges that are midway, in milliseconds, and then at most `fetchMs` for pages to fetch
   * answers that none has had. Meanwhile nothing new is begun (close 4503), but a page may come back to its exchange.
   * Default 0; `Infinity` waits for the last one.
   */
  readonly waitMs?: number;
}

export interface Bridge {
  /** `ws://HOST:PORT`, as bound: append `/terminals/NAME`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  counters(): BridgeCounters;
  /**
   * Exchanges midway: a byte of the request has left, and the answer may still come, or its page confirm it. One that
   * its page closed with 1000 is none.
   */
  midway(): number;
  /** Stops; resolves when every socket is closed. A second call with a shorter wait hurries the first one. */
  stop(options?: StopOptions): Promise<void>;
}

/**
 * Starts a bridge and resolves once it listens. Rejects with `BAD_REQUEST`: for a bad option, and with
 * `field: "listen"` and a `reason` (`"EADDRINUSE"`, `"EACCES"`, ...) where the address cannot be bound.
 */
export async function startBridge(config: BridgeConfig): Promise<Bridge> {
  const bridge = new RunningBridge(checkConfig(config));
  await bridge.listen();
  return bridge;
}

class RunningBridge implements Bridge {
  readonly #settings: Settings;
  readonly #totals = new Totals();
  readonly #book: ExchangeBook;
  readonly #http: Server;
  readonly #webSockets: SocketServer<typeof BridgeWebSocket>;
  readonly #hurry: Alarm;
  #stopping: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #patient = false;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#book = new ExchangeBook(settings, this.#totals, () => this.#wake?.());
    this.#hurry = new Alarm(settings.clock, () => this.#losePatience());
    const options = {
      noServer: true,
      clientTracking: true,
      perMessageDeflate: false,
      WebSocket: BridgeWebSocket,
      // Refused as soon as it is announced, before it is in memory.
      maxPayload: settings.limits.frameBytes,
      closeTimeout: CLOSE_MS,
      handleProtocols: (offered: Set<string>): string | false => chooseProtocol(offered),
    };
    this.#webSockets = new WebSocketServer(options);
    const { connections, requestMs } = settings.limits;
    const times = {
      requestTimeout: requestMs,
      headersTimeout: requestMs,
      connectionsCheckingInterval: CHECK_MS,
    };
    this.#http = createServer(times, (request, response) => answerHttp(request, response, settings));
    // Refusals are closes after the handshake, so those sockets need room too; beyond it connections are dropped.
    this.#http.maxConnections = connections * 4;
    keepDoorstepClear(this.#http, connections * 2);
    this.#http.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  get host(): string {
    return this.#settings.listen.host;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo | null)?.port ?? this.#settings.listen.port;
  }

  get url(): string {
    return `ws://${this.host.includes(":") ? `[${this.host}]` : this.host}:${this.port}`;
  }

  async listen(): Promise<void> {
    const { host, port } = this.#settings.listen;
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(host, port, error)));
      this.#http.listen(port, host, resolve);
    });
    this.#http.removeAllListeners("error").on("error", (error) => this.#log(`server: ${error.message}`));
    this.#log(`listening on ${this.url}`);
  }

  counters(): BridgeCounters {
    const all = this.#book.all;
    const count = (matches: (exchange: (typeof all)[number]) => boolean): number =>
      all.filter(matches).length;
    return {
      pages: count((exchange) => exchange.attached),
      terminalConnections: count((exchange) => exchange.running),
      held: count((exchange) => exchange.held),
      unread: count((exchange) => exchange.unreadSince !== undefined),
      paused: {
        terminals: count((exchange) => exchange.paused.terminal),
        pages: count((exchange) => exchange.paused.page),
      },
      begun: this.#totals.begun,
      resumed: this.#totals.resumed,
      bytesToTerminals: this.#totals.bytesToTerminals,
      bytesToPages: this.#totals.bytesToPages,
      closed: { ...this.#totals.closed },
    };
  }

  midway(): number {
    return this.#book.all.filter((exchange) => exchange.midway).length;
  }

  stop({ waitMs = 0 }: StopOptions = {}): Promise<void> {
    this.#patient = waitMs > 0 && (this.#stopping === undefined || this.#patient);
    if (!this.#patient) this.#losePatience();
    else if (Number.isFinite(waitMs)) this.#hurry.set(waitMs);
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    this.#log(`stopping, ${this.midway()} exchanges midway`);
    await this.#wait();
    this.#hurry.clear();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    const lost = this.#book.all.filter((exchange) => exchange.held).length;
    for (const exchange of this.#book.all) exchange.stop();
    this.#http.closeIdleConnections();
    const cut = new Alarm(this.#settings.clock, () => {
      for (const socket of this.#webSockets.clients) socket.terminate();
      this.#http.closeAllConnections();
    });
    cut.set(STOP_MS);
    await closed;
    cut.clear();
    this.#log(`stopped${lost > 0 ? `, ${lost} answers were never fetched` : ""}`);
  }

  async #wait(): Promise<void> {
    const since = this.#settings.clock.now();
    const look = new Alarm(this.#settings.clock, () => this.#wake?.());
    while (this.#patient) {
      const waitMs = patienceMs(this.#book.all, since, this.#settings);
      if (waitMs === 0) break;
      if (waitMs < Infinity) look.set(waitMs);
      await new Promise<void>((resolve) => (this.#wake = resolve));
      look.clear();
    }
  }

  #losePatience(): void {
    this.#patient = false;
    this.#wake?.();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => {});
    this.#webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      // A WebSocket that was refused may be broken too: nobody else listens there.
      webSocket.on("error", () => {});
      this.#enter(request, webSocket);
    });
  }

  #enter(request: IncomingMessage, webSocket: BridgeWebSocket): void {
    const admitted = admit(knockOf(request), this.#settings);
    if ("close" in admitted) return this.#refuse(request, webSocket, admitted.close, admitted.detail);
    if ("asks" in admitted) return this.#tellHeld(webSocket, admitted);
    const entry = this.#book.enter(admitted, this.#stopping !== undefined);
    if (typeof entry === "string") return this.#refuse(request, webSocket, entry);
    const tools = { clock: this.#settings.clock, limits: this.#settings.limits, totals: this.#totals };
    entry.start(new PageSocket(webSocket, entry.mayWrite, tools));
  }

  #tellHeld(webSocket: BridgeWebSocket, { origin, terminal }: HeldQuestion): void {
    const event: BridgeEvent = { event: "held", terminal, exchanges: this.#book.owed(origin, terminal) };
    webSocket.send(JSON.stringify(event));
    this.#close(webSocket, "ended");
  }

  #refuse(request: IncomingMessage, webSocket: BridgeWebSocket, close: CloseName, detail?: string): void {
    this.#log(
      `refused ${close}${detail === undefined ? "" : ` (${detail})`}, origin ${quote(request.headers.origin)}`,
    );
    this.#close(webSocket, close, detail);
  }

  #close(webSocket: BridgeWebSocket, close: CloseName, detail?: string): void {
    closeWith(webSocket, this.#totals, close, detail);
    const cut = new Alarm(this.#settings.clock, () => webSocket.terminate());
    cut.set(BRIEF_MS);
    webSocket.once("close", () => cut.clear());
  }

  #log(line: string): void {
    this.#settings.log(maskCardNumbers(line));
  }
}

/**
 * A browser drops the connection, without a word to the page, when none of the subprotocols it offered is chosen; so
 * even a page about to be refused gets one.
 */
function chooseProtocol(offered: ReadonlySet<string>): string | false {
  if (offered.has(SUBPROTOCOL)) return SUBPROTOCOL;
  const [first = false] = offered;
  return first;
}

function knockOf(request: IncomingMessage): Knock {
  const { headers, socket } = request;
  return {
    url: request.url ?? "",
    host: onlyHost(request),
    origin: headers.origin,
    protocols: (headers["sec-websocket-protocol"] ?? "").split(",").map((protocol) => protocol.trim()),
    reached: { address: socket.localAddress ?? "", port: socket.localPort ?? 0 },
  };
}

function cannotListen(host: string, port: number, error: NodeJS.ErrnoException): ConcertError {
  const why = error.code === "EADDRINUSE" ? "another program uses it" : (error.code ?? error.message);
  return new ConcertError("BAD_REQUEST", `cannot listen on ${host}:${port}: ${why}`, {
    field: "listen",
    rule: "an address and port that are free on this machine",
    value: `${host}:${port}`,
    reason: error.code ?? "listen",
    cause: error,
  });
}
