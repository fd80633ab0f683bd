/**
 * One exchange: one TCP connection to a terminal, and the page that reads it, or nobody while the page is away.
 * Everything that happens to it is decided here, in one turn of the event loop each.
 * @module
 */
import { Alarm } from "./alarm.ts";
import { codeOf, type CloseName } from "./close-codes.ts";
import type { Settings } from "./config.ts";
import type { Totals } from "./counters.ts";
import { isDialogue } from "./dialogue.ts";
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

/** What would be lost with it: nothing, an answer that a page has had, the fact that none came, one nobody wanted. */
export type Worth = "nothing" | "relayed" | "silence" | "unwanted";

type Stage =
  | { readonly name: "connecting"; readonly early: Buffer[] }
  | { readonly name: "open" }
  /** The bridge has hung up its side; what the terminal still sends is taken. */
  | { readonly name: "leaving" }
  /** The TCP connection is gone, for the reason of that close. */
  | { readonly name: "over"; readonly close: CloseName; readonly since: number };

export class Exchange {
  readonly origin: string;
  readonly terminal: string;
  readonly #tools: ExchangeTools;
  readonly #tcp: TerminalSocket;
  readonly #answer: HeldAnswer;
  readonly #idle: Alarm;
  readonly #silence: Alarm;
  readonly #confirm: Alarm;
  readonly #forget: Alarm;
  #stage: Stage = { name: "connecting", early: [] };
  #page: PageSocket | undefined;
  #requestBytes = 0;
  /** More than dialogue was passed on to the terminal. */
  #requested = false;
  /** It was attested that no byte of the request left: none may leave any more. */
  #sealed = false;

  constructor({ origin, terminal }: ExchangeParties, page: PageSocket, tools: ExchangeTools) {
    const { settings } = tools;
    this.origin = origin;
    this.terminal = terminal;
    this.#tools = tools;
    this.#answer = new HeldAnswer(settings.limits.holdBytes);
    this.#idle = new Alarm(settings.clock, () => this.#over("idle"));
    this.#silence = new Alarm(settings.clock, () => this.leave());
    this.#confirm = new Alarm(settings.clock, () => this.#endPage("ended"));
    this.#forget = new Alarm(settings.clock, () => this.discard());
    this.#attach(page);
    const address = settings.terminals.get(terminal) as { host: string; port: number };
    this.#tcp = new TerminalSocket(address, settings, {
      connected: () => this.#connected(),
      bytes: (chunk) => this.#fromTerminal(chunk),
      ended: (close, detail) => this.#over(this.#ended(close), detail),
      drained: () => this.#page?.resume(),
    });
  }

  /** True while there is a TCP connection, or one is being made; one that the bridge is hanging up counts no more. */
  get running(): boolean {
    return this.#stage.name === "connecting" || this.#stage.name === "open";
  }

  /** True while a payment may be under way, or its page has not said yet that it is done with the answer. */
  get midway(): boolean {
    if (this.#requestBytes === 0) return false;
    return this.#stage.name === "over" ? this.attached : !this.#answer.declined;
  }

  get attached(): boolean {
    return this.#page !== undefined;
  }

  /** True while an answer is, or may yet be, held for a page that left. */
  get held(): boolean {
    return !this.attached && this.#asked && this.#answer.reading !== "delivered";
  }

  /** True while an answer is here, or may yet come, that no page has said it is done with. A page may be there. */
  get owed(): boolean {
    return this.#asked && !this.#answer.declined;
  }

  /** Since when an answer has been waiting that reached no page; `undefined` where there is none. */
  get unreadSince(): number | undefined {
    if (this.#stage.name !== "over" || this.attached || this.worth !== undefined) return undefined;
    return this.#asked && this.#answer.whole ? this.#stage.since : undefined;
  }

  /** `undefined` where it must not be forgotten before its time. */
  get worth(): Worth | undefined {
    if (this.attached || this.#sealed) return undefined;
    const { reading } = this.#answer;
    if (!this.#asked || reading === "delivered") return "nothing";
    if (reading === "unwanted") return reading;
    // Until the terminal has hung up, a page has had only what came so far.
    if (this.#stage.name !== "over") return undefined;
    if (reading === "relayed") return reading;
    return this.#answer.begun ? undefined : "silence";
  }

  /** An answer has begun, and the terminal is being read. */
  get answered(): boolean {
    return this.#answer.begun && !this.#answer.full;
  }

  /** When the last byte passed between bridge and terminal, either way. */
  get quietSince(): number {
    return this.#tcp.quietSince;
  }

  /** There never was a connection, and nobody was told so as proof: the exchange may be begun again. */
  get neverBegun(): boolean {
    const { close } = this.#stage.name === "over" ? this.#stage : { close: undefined };
    return !this.#sealed && (close === "terminal-unreachable" || close === "connect-timeout");
  }

  /** Why it cannot be taken up; `undefined` when it can. */
  get unavailable(): CloseName | undefined {
    if (this.#answer.reading === "delivered") return "nothing-held";
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
    // Copies: what is held may be overwritten before it has left.
    for (const chunk of this.#answer.chunks) page.sendBytes(Buffer.from(chunk));
    if (stage.name === "over") this.#tellEnd(stage.close);
    else if (!page.congested) this.#tcp.resume();
  }

  /**
   * Hangs up our side, so that the connection is free for others. Bytes under way are still taken, until the terminal
   * has hung up too or been silent for a while.
   */
  leave(): void {
    if (this.#stage.name !== "open") return;
    this.#stage = { name: "leaving" };
    this.#idle.clear();
    this.#silence.clear();
    this.#tcp.leave();
    this.#tools.changed();
  }

  /** Ends the wait for an answer that has not come; that it was waited for stays known. */
  giveUp(): void {
    this.#over("idle", "another exchange needs the connection");
  }

  /** Ends it for good, with nothing kept: the bridge stops. */
  stop(): void {
    this.#hangUp(this.#requestBytes > 0 ? "stopped-midway" : "stopping");
    // One that was over already ends as it did.
    if (this.#stage.name === "over") this.#endPage(this.#stage.close);
    this.discard();
  }

  /** Forgets all of it, the id included. */
  discard(): void {
    this.#hangUp("idle");
    this.#answer.wipe();
    this.#forget.clear();
    this.#tools.forget(this);
  }

  /** The terminal has something to answer, or answers unasked. */
  get #asked(): boolean {
    return this.#requestBytes > 0 && (this.#requested || this.#answer.begun);
  }

  #attach(page: PageSocket): void {
    this.#page = page;
    this.#answer.opened();
    this.#silence.clear();
    page.listen({
      bytes: (bytes) => this.#fromPage(bytes),
      left: (code) => this.#pageLeft(`page left, code ${code}`, { done: code === codeOf("ended") }),
      dropped: (close) => this.#pageDropped(close),
      drained: () => this.#tcp.resume(),
    });
  }

  #connected(): void {
    const early = this.#stage.name === "connecting" ? Buffer.concat(this.#stage.early) : Buffer.alloc(0);
    this.#stage = { name: "open" };
    this.#watchIdle();
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
    if (stage.name !== "connecting") return;
    const waiting = stage.early.reduce((sum, chunk) => sum + chunk.length, 0);
    if (waiting + bytes.length > this.#tools.settings.limits.frameBytes)
      return this.#dropPage("frame-too-large");
    stage.early.push(bytes);
  }

  #forward(bytes: Buffer): void {
    this.#requestBytes += bytes.length;
    this.#requested ||= !isDialogue(bytes);
    this.#tools.totals.bytesToTerminals += bytes.length;
    this.#tcp.write(bytes);
    this.#watchIdle();
    if (this.#tcp.waiting > this.#tools.settings.limits.bufferBytes) this.#page?.pause();
  }

  #fromTerminal(chunk: Buffer): void {
    this.#watchIdle();
    this.#answer.add(chunk, this.attached);
    if (this.#page === undefined) {
      if (this.#answer.full) this.#tcp.pause();
      return this.#watchSilence();
    }
    this.#page.sendBytes(chunk);
    if (this.#page.congested) this.#tcp.pause();
  }

  #watchIdle(): void {
    if (this.#stage.name === "open") this.#idle.set(this.#tools.settings.limits.idleMs);
  }

  /** An answer that no page reads has come when the terminal falls silent; one that none wants gets no more time. */
  #watchSilence(): void {
    const ends = this.answered || (this.#answer.declined && !this.#answer.full);
    if (this.#stage.name !== "open" || !ends) return this.#silence.clear();
    this.#silence.set(this.#tools.settings.limits.answeredMs);
  }

  /** Hanging up is an orderly end only where there was an answer, or no question; and the bridge's own says nothing. */
  #ended(close: CloseName): CloseName {
    const unanswered = this.#requestBytes > 0 && !this.#answer.begun;
    if (close !== "ended" || !unanswered) return close;
    return this.#stage.name === "leaving" ? "idle" : "hung-up";
  }

  /** The TCP connection is over, whoever ended it. */
  #over(close: CloseName, detail?: string): void {
    if (this.#stage.name === "over") return;
    this.#hangUp(close);
    this.#tools.log(`${close}${detail === undefined ? "" : ` (${detail})`}`);
    if (this.#answer.reading === "delivered") return this.discard();
    if (this.attached) this.#tellEnd(close, detail);
    this.#tools.changed();
  }

  #hangUp(close: CloseName): void {
    if (this.#stage.name === "over") return;
    this.#stage = { name: "over", close, since: this.#tools.settings.clock.now() };
    this.#idle.clear();
    this.#silence.clear();
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
    this.#answer.left({ done: false, hadAll: !page.congested, over: this.#stage.name === "over" });
    page.close(close, detail);
    this.#detach();
  }

  #dropPage(close: CloseName): void {
    this.#page?.close(close);
    this.#pageDropped(close);
  }

  /** A page that is frozen has read nothing of what the system took for it. */
  #pageDropped(close: CloseName): void {
    this.#pageLeft(`page dropped, ${close}`, { dead: close === "heartbeat-lost" });
  }

  #pageLeft(why: string, { done = false, dead = false }: { done?: boolean; dead?: boolean }): void {
    this.#tools.log(why);
    const over = this.#stage.name === "over";
    const hadAll = !dead && this.#page?.flushed === true;
    if (!this.#asked) this.#hangUp(this.#requestBytes === 0 ? "ended" : "idle");
    else this.#answer.left({ done, hadAll, over });
    // Nobody can be given this answer any more: the terminal need not be kept waiting.
    if (!this.#answer.whole) this.#hangUp("ended");
    this.#detach();
    if (this.#answer.reading !== "delivered") return;
    // More may be under way, and what is wiped is only what the page has had.
    if (this.#stage.name === "over") this.discard();
    else this.leave();
  }

  #detach(): void {
    this.#page = undefined;
    this.#confirm.clear();
    this.#forget.set(this.#tools.settings.limits.holdMs);
    if (!this.#answer.full) this.#tcp.resume();
    this.#watchSilence();
    this.#tools.changed();
  }
}
