/**
 * One exchange: one TCP connection to a terminal, and the page that reads it, or nobody while the page is away.
 * Everything that happens to it is decided here, in one turn of the event loop each.
 * @module
 */
import { Alarm } from "./alarm.ts";
import type { CloseName } from "./close-codes.ts";
import type { Settings } from "./config.ts";
import type { Totals } from "./counters.ts";
import { HeldAnswer } from "./held-answer.ts";
import type { PageSocket } from "./page-socket.ts";
import { TerminalSocket } from "./terminal-socket.ts";

/** Who began it, and with which terminal. */
export interface ExchangeParties {
  readonly origin: string;
  readonly terminal: string;
}

export interface ExchangeTools {
  readonly settings: Settings;
  readonly totals: Totals;
  readonly log: (line: string) => void;
  /** The exchange stopped running, or its page came or went. */
  readonly changed: () => void;
  /** The time to remember it is over. */
  readonly forget: (exchange: Exchange) => void;
}

type Stage =
  | { readonly name: "connecting"; readonly early: Buffer[] }
  | { readonly name: "open" }
  /** The TCP connection is gone, for the reason of that close. */
  | { readonly name: "over"; readonly close: CloseName };

export class Exchange {
  readonly origin: string;
  readonly terminal: string;
  readonly #tools: ExchangeTools;
  readonly #tcp: TerminalSocket;
  readonly #answer: HeldAnswer;
  readonly #idle: Alarm;
  readonly #confirm: Alarm;
  readonly #forget: Alarm;
  #stage: Stage = { name: "connecting", early: [] };
  #page: PageSocket | undefined;
  #requestBytes = 0;
  /** The page has the answer and said so. */
  #delivered = false;
  /** It was attested that no byte of the request left: none may leave any more. */
  #sealed = false;
  /** The page closed in order, so that it may have what it wanted; the first to go when room is needed. */
  #dispensable = false;

  constructor({ origin, terminal }: ExchangeParties, page: PageSocket, tools: ExchangeTools) {
    const { settings } = tools;
    this.origin = origin;
    this.terminal = terminal;
    this.#tools = tools;
    this.#answer = new HeldAnswer(settings.limits.holdBytes);
    this.#idle = new Alarm(settings.clock, () => this.#over("idle"));
    this.#confirm = new Alarm(settings.clock, () => this.#endPage("ended"));
    this.#forget = new Alarm(settings.clock, () => this.discard());
    this.#attach(page);
    const address = settings.terminals.get(terminal) as { host: string; port: number };
    this.#tcp = new TerminalSocket(address, settings, {
      connected: () => this.#connected(),
      bytes: (chunk) => this.#fromTerminal(chunk),
      ended: (close, detail) => this.#over(this.#named(close), detail),
      drained: () => this.#page?.resume(),
    });
  }

  /** True while there is a TCP connection, or one is being made. */
  get running(): boolean {
    return this.#stage.name !== "over";
  }

  /** True while a payment may be under way: a byte of the request has left, and the terminal has not hung up. */
  get midway(): boolean {
    return this.running && this.#requestBytes > 0;
  }

  get attached(): boolean {
    return this.#page !== undefined;
  }

  /** True while an answer is, or may yet be, held for a page that left. */
  get held(): boolean {
    return !this.attached && this.#requestBytes > 0 && !this.#delivered;
  }

  /** May be forgotten before its time, when room is needed. */
  get dispensable(): boolean {
    if (this.attached || this.#sealed) return false;
    return this.#delivered || this.#dispensable || this.#requestBytes === 0;
  }

  /** There never was a connection, and nobody was told so as proof: the exchange may be begun again. */
  get neverBegun(): boolean {
    const { close } = this.#stage.name === "over" ? this.#stage : { close: undefined };
    return !this.#sealed && (close === "terminal-unreachable" || close === "connect-timeout");
  }

  /** Why it cannot be taken up; `undefined` when it can. */
  get unavailable(): CloseName | undefined {
    if (this.#delivered) return "nothing-held";
    return this.#answer.whole ? undefined : "answer-not-held";
  }

  get paused(): { readonly terminal: boolean; readonly page: boolean } {
    return { terminal: this.#tcp.paused, page: this.#page?.paused === true };
  }

  /** Gives the exchange to another WebSocket. Only where nothing makes it `unavailable`. */
  takeUp(page: PageSocket): void {
    this.#tools.totals.resumed += 1;
    // First the old page is cut off, bytes in flight included: only then is the count below the last word.
    this.#endPage("replaced");
    this.#forget.clear();
    if (this.#requestBytes === 0) {
      this.#sealed = true;
      this.#hangUp("ended");
    }
    this.#attach(page);
    const stage = this.#stage;
    page.sendEvent({
      event: "resumed",
      terminal: this.terminal,
      requestBytes: this.#requestBytes,
      ended: stage.name === "over",
    });
    for (const chunk of this.#answer.chunks) page.sendBytes(chunk);
    if (stage.name === "over") this.#tellEnd(stage.close);
    else if (!page.congested) this.#tcp.resume();
  }

  /** Ends it for good, with nothing kept: the bridge stops. */
  stop(): void {
    const close = this.#requestBytes > 0 ? "stopped-midway" : "stopping";
    this.#hangUp(close);
    this.#endPage(close);
    this.discard();
  }

  /** Forgets all of it, the id included. */
  discard(): void {
    this.#hangUp("idle");
    this.#answer.wipe();
    this.#forget.clear();
    this.#tools.forget(this);
  }

  #attach(page: PageSocket): void {
    this.#page = page;
    this.#dispensable = false;
    page.listen({
      bytes: (bytes) => this.#fromPage(bytes),
      left: (code) => this.#pageLeft(code, `page left, code ${code}`),
      dropped: (close) => this.#pageLeft(undefined, `page dropped, ${close}`),
      drained: () => this.#tcp.resume(),
    });
  }

  #connected(): void {
    const early = this.#stage.name === "connecting" ? Buffer.concat(this.#stage.early) : Buffer.alloc(0);
    this.#stage = { name: "open" };
    this.#idle.set(this.#tools.settings.limits.idleMs);
    this.#tools.log("connected");
    this.#page?.sendEvent({ event: "connected", terminal: this.terminal });
    if (early.length > 0) this.#forward(early);
  }

  #fromPage(bytes: Buffer): void {
    if (bytes.length === 0) return;
    if (this.#sealed || this.#page?.mayWrite !== true) return this.#dropPage("exchange-used");
    const stage = this.#stage;
    if (stage.name === "open") return this.#forward(bytes);
    // After the end there is nobody to pass bytes to; the page hears of the end before it can rely on them.
    if (stage.name === "over") return;
    const waiting = stage.early.reduce((sum, chunk) => sum + chunk.length, 0);
    if (waiting + bytes.length > this.#tools.settings.limits.frameBytes)
      return this.#dropPage("frame-too-large");
    stage.early.push(bytes);
  }

  #forward(bytes: Buffer): void {
    this.#requestBytes += bytes.length;
    this.#tools.totals.bytesToTerminals += bytes.length;
    this.#tcp.write(bytes);
    this.#idle.set(this.#tools.settings.limits.idleMs);
    if (this.#tcp.waiting > this.#tools.settings.limits.bufferBytes) this.#page?.pause();
  }

  #fromTerminal(chunk: Buffer): void {
    this.#idle.set(this.#tools.settings.limits.idleMs);
    this.#answer.add(chunk, this.attached);
    if (this.#page === undefined) {
      if (this.#answer.full) this.#tcp.pause();
      return;
    }
    this.#page.sendBytes(chunk);
    if (this.#page.congested) this.#tcp.pause();
  }

  /** Hanging up is an orderly end only where there was an answer, or no question. */
  #named(close: CloseName): CloseName {
    const unanswered = close === "ended" && this.#requestBytes > 0 && !this.#answer.begun;
    return unanswered ? "hung-up" : close;
  }

  /** The TCP connection is over, whoever ended it. */
  #over(close: CloseName, detail?: string): void {
    if (this.#stage.name === "over") return;
    this.#hangUp(close);
    this.#tools.log(`${close}${detail === undefined ? "" : ` (${detail})`}`);
    if (this.attached) this.#tellEnd(close, detail);
    this.#tools.changed();
  }

  #hangUp(close: CloseName): void {
    if (this.#stage.name === "over") return;
    this.#stage = { name: "over", close };
    this.#idle.clear();
    this.#tcp.close();
  }

  /** An orderly end waits a moment for the page's own 1000, which alone says that the answer is written down. */
  #tellEnd(close: CloseName, detail?: string): void {
    if (close !== "ended") return this.#endPage(close, detail);
    this.#page?.sendEvent({ event: "ended" });
    this.#confirm.set(this.#tools.settings.limits.confirmMs);
  }

  #endPage(close: CloseName, detail?: string): void {
    const page = this.#page;
    if (page === undefined) return;
    // The browser answers this close by itself, so it proves nothing about the page; but all bytes were on their way.
    this.#dispensable = (close === "ended" || close === "hung-up") && !page.congested;
    page.close(close, detail);
    this.#detach();
  }

  #dropPage(close: CloseName): void {
    this.#page?.close(close);
    this.#pageLeft(undefined, `page dropped, ${close}`);
  }

  #pageLeft(code: number | undefined, why: string): void {
    this.#tools.log(why);
    const answered = this.#answer.begun || !this.running;
    if (this.#requestBytes === 0) this.#hangUp("ended");
    // In order, but before any answer: the register may have stopped waiting, and the answer still matters.
    else if (code === 1000 && !answered) this.#dispensable = true;
    else if (code === 1000) {
      this.#delivered = true;
      this.#answer.wipe();
      this.#hangUp("ended");
    }
    // Nobody can be given this answer any more: the terminal need not be kept waiting.
    if (!this.#answer.whole) this.#hangUp("ended");
    this.#detach();
    // Nothing is left of it but its id.
    if (this.#delivered) this.discard();
  }

  #detach(): void {
    this.#page = undefined;
    this.#confirm.clear();
    this.#forget.set(this.#tools.settings.limits.holdMs);
    if (this.#stage.name === "open" && !this.#answer.full) this.#tcp.resume();
    this.#tools.changed();
  }
}
