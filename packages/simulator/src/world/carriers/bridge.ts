/**
 * The contract of `@concert-pay/ws-bridge`, without its sockets: what it promises to a page and no more. Compare
 * ws-bridge's exchange-book.ts and exchange.ts: an exchange goes on when its page leaves; its answer is held until the
 * page says with 1000 that it is written down; a resume is told how many bytes of the request were passed on, and 0 is
 * a promise that none will be; killing the bridge loses all of it.
 * @module
 */
import { ConcertError, type CloseOptions, type Resumed } from "@concert-pay/core";
import type { Call } from "../call.ts";
import { portLost, type Carrier } from "../connector.ts";
import type { World } from "../world.ts";
import { Pipe } from "./pipe.ts";
import { DEAF, type Raw, type RawEvents } from "./raw.ts";
import { connectTcp, type TcpConnection } from "./tcp.ts";

/** Silence both ways after which the bridge ends an exchange (ws-bridge: idleMs). */
const IDLE_MS = 600_000;
/** How long the page may take to close with 1000 once the terminal hung up (ws-bridge: confirmMs). */
const CONFIRM_MS = 1_000;
/** Silence after an answer, with no page there, after which the bridge hangs up (ws-bridge: answeredMs). */
const ANSWERED_MS = 5_000;
/** How long the terminal may be silent once the bridge has hung up its side (ws-bridge: leaveMs). */
const LEAVE_MS = 1_000;
/** A page that hears nothing for so long gives the connection up: three heartbeats. */
const HEARTBEAT_LOST_MS = 60_000;

/** The dialogue that V2 speaks inside a socket announces an answer and is none: ENQ, ACK, NAK, EOT. */
const DIALOGUE: readonly number[] = [0x05, 0x06, 0x15, 0x04];

type Message =
  | { readonly kind: "open"; readonly exchange: string; readonly resume: boolean }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly call?: Call | undefined }
  | { readonly kind: "connected" }
  | { readonly kind: "resumed"; readonly requestBytes: number }
  | { readonly kind: "ended" }
  /** From the page: 1000 or 4001. From the bridge: any name; `sent` as in close-codes.ts. */
  | { readonly kind: "close"; readonly name: string };

type PageLink = Pipe<Message>;

const LATENCY_MS = 1;

export class Bridge {
  readonly #world: World;
  #exchanges = new Map<string, Exchange>();
  readonly #links = new Set<PageLink>();
  #running = true;

  constructor(world: World) {
    this.#world = world;
  }

  get running(): boolean {
    return this.#running;
  }

  /** A WebSocket comes in. */
  accept(link: PageLink): void {
    this.#links.add(link);
    link.attach("far", {
      item: (message) => message.kind === "open" && this.#enter(link, message.exchange, message.resume),
      ended: () => {},
      lost: () => {},
    });
  }

  #enter(link: PageLink, id: string, resume: boolean): void {
    const known = this.#exchanges.get(id);
    if (known === undefined || (!resume && known.neverBegun)) {
      if (resume) return refuse(link, "nothing-held");
      const exchange = new Exchange(this.#world, link);
      this.#exchanges.set(id, exchange);
      return;
    }
    if (!resume) return refuse(link, "exchange-used");
    if (known.delivered) return refuse(link, "nothing-held");
    known.takeUp(link);
  }

  /** All it knew is gone; its connections break. */
  kill(forMs: number): void {
    this.#world.log.note("bridge", () => `KILLED, back in ${forMs} ms`);
    this.#running = false;
    for (const exchange of this.#exchanges.values()) exchange.kill();
    this.#exchanges = new Map();
    for (const link of this.#links) link.break({ near: this.#world.random.between(0, 20) });
    this.#links.clear();
    this.#world.clock.after(forMs, () => (this.#running = true));
  }

  /** The way between page and bridge breaks, or goes silent. */
  losePages(how: "break" | "freeze"): void {
    const { random } = this.#world;
    this.#world.log.note("bridge", () => `page link ${how}s`);
    for (const link of this.#links) {
      if (how === "break") link.break({ near: random.between(0, 50), far: random.between(0, 50) });
      else link.freeze({ near: HEARTBEAT_LOST_MS, far: random.between(60_000, 90_000) });
    }
    this.#links.clear();
  }
}

function refuse(link: PageLink, name: string): void {
  link.send("far", { kind: "close", name }, LATENCY_MS);
}

class Exchange {
  readonly #world: World;
  #page: PageLink | undefined;
  #tcp: TcpConnection | undefined;
  #over: string | undefined;
  #requestBytes = 0;
  #quietSince = 0;
  #held: Uint8Array[] = [];
  /** A byte of an answer has come. */
  #answered = false;
  #delivered = false;
  #sealed = false;
  #killed = false;
  /** The bridge has hung up its side; what the terminal still sends is taken. */
  #leaving = false;
  #cancelIdle: (() => void) | undefined;
  #cancelSilence: (() => void) | undefined;
  #cancelConfirm: (() => void) | undefined;

  constructor(world: World, page: PageLink) {
    this.#world = world;
    this.#attach(page);
    let tooLate = false;
    const cancel = world.clock.after(5_000, () => {
      tooLate = true;
      this.#end("connect-timeout");
    });
    connectTcp(world, {
      connected: (tcp) => {
        cancel();
        if (tooLate || this.#killed || this.#over !== undefined) return tcp.end("near");
        this.#connected(tcp);
      },
      refused: () => {
        cancel();
        this.#end("terminal-unreachable");
      },
    });
  }

  get delivered(): boolean {
    return this.#delivered;
  }

  get neverBegun(): boolean {
    return !this.#sealed && (this.#over === "connect-timeout" || this.#over === "terminal-unreachable");
  }

  takeUp(page: PageLink): void {
    this.#endPage("replaced");
    if (this.#requestBytes === 0) {
      this.#sealed = true;
      this.#hangUp("ended");
    }
    this.#attach(page);
    this.#tell({ kind: "resumed", requestBytes: this.#requestBytes });
    for (const bytes of this.#held) this.#tell({ kind: "bytes", bytes });
    if (this.#over !== undefined) this.#tellEnd(this.#over);
  }

  kill(): void {
    this.#killed = true;
    this.#cancelIdle?.();
    this.#cancelSilence?.();
    this.#cancelConfirm?.();
    this.#page = undefined;
    this.#tcp?.reset();
    this.#tcp = undefined;
    this.#held = [];
  }

  #attach(page: PageLink): void {
    this.#page = page;
    this.#watchSilence();
    const mine = (run: () => void): void => {
      if (this.#page === page && !this.#killed) run();
    };
    page.attach("far", {
      item: (message) =>
        mine(() => {
          if (message.kind === "bytes") this.#fromPage(message.bytes, message.call);
          if (message.kind === "close") this.#pageLeft(message.name);
        }),
      ended: () => mine(() => this.#pageLeft("page-left")),
      lost: () => mine(() => this.#pageLeft("lost")),
    });
  }

  #connected(tcp: TcpConnection): void {
    this.#tcp = tcp;
    this.#watchIdle();
    this.#tell({ kind: "connected" });
    const mine = (run: () => void): void => {
      if (this.#tcp === tcp) run();
    };
    tcp.pipe.attach("near", {
      item: (bytes) => mine(() => this.#fromTerminal(bytes)),
      ended: () => mine(() => this.#end(this.#requestBytes > 0 && !this.#answered ? "hung-up" : "ended")),
      lost: () => mine(() => this.#end("terminal-reset")),
    });
  }

  #fromPage(bytes: Uint8Array, call: Call | undefined): void {
    this.#world.step();
    if (this.#killed) return;
    if (this.#sealed) {
      this.#endPage("exchange-used");
      return;
    }
    if (this.#over !== undefined || this.#leaving || this.#tcp === undefined) return;
    this.#requestBytes += bytes.length;
    if (bytes.length > 1) this.#tcp.call = call;
    this.#tcp.send("near", bytes);
    this.#watchIdle();
  }

  #fromTerminal(bytes: Uint8Array): void {
    this.#world.step();
    if (this.#killed) return;
    this.#watchIdle();
    // A page that closed with 1000 in the middle of an answer has not had this part of it.
    this.#delivered = false;
    this.#quietSince = this.#world.clock.now();
    this.#answered ||= bytes.some((byte) => !DIALOGUE.includes(byte));
    this.#held.push(bytes);
    this.#tell({ kind: "bytes", bytes });
    this.#watchSilence();
  }

  #end(close: string): void {
    if (this.#over !== undefined || this.#killed) return;
    const quietMs = this.#world.clock.now() - this.#quietSince;
    this.#hangUp(this.#leaving && quietMs >= LEAVE_MS ? "ended" : close);
    if (this.#delivered) this.#held = [];
    if (this.#page !== undefined && this.#over !== undefined) this.#tellEnd(this.#over);
  }

  #hangUp(close: string): void {
    if (this.#over !== undefined) return;
    this.#over = close;
    this.#cancelIdle?.();
    this.#cancelSilence?.();
    this.#tcp?.end("near");
    this.#tcp = undefined;
  }

  #tellEnd(close: string): void {
    if (close !== "ended") return this.#endPage(close);
    this.#tell({ kind: "ended" });
    this.#cancelConfirm = this.#world.clock.after(CONFIRM_MS, () => this.#endPage("ended"));
  }

  #endPage(close: string): void {
    this.#tell({ kind: "close", name: close });
    this.#detach();
  }

  #pageLeft(close: string): void {
    const answered = this.#answered || this.#over !== undefined;
    if (this.#requestBytes === 0) this.#hangUp("ended");
    else if (close === "ended" && answered) {
      this.#delivered = true;
      if (this.#over !== undefined) this.#held = [];
    }
    this.#detach();
    if (this.#delivered) this.#leave();
  }

  #leave(): void {
    if (this.#over !== undefined || this.#leaving) return;
    this.#leaving = true;
    this.#cancelIdle?.();
    this.#tcp?.end("near");
    this.#watchSilence();
  }

  /** Silence of the terminal ends what no page reads, and what the bridge has hung up. */
  #watchSilence(): void {
    this.#cancelSilence?.();
    const { clock } = this.#world;
    if (this.#over !== undefined) return;
    if (this.#leaving) this.#cancelSilence = clock.after(LEAVE_MS, () => this.#end("ended"));
    else if (this.#page === undefined && this.#answered)
      this.#cancelSilence = clock.after(ANSWERED_MS, () => this.#leave());
  }

  #detach(): void {
    this.#page = undefined;
    this.#cancelConfirm?.();
    this.#watchSilence();
  }

  #tell(message: Message): void {
    this.#page?.send("far", message, LATENCY_MS);
  }

  #watchIdle(): void {
    this.#cancelIdle?.();
    if (this.#leaving) return;
    this.#cancelIdle = this.#world.clock.after(IDLE_MS, () => this.#end("idle"));
  }
}

export function bridgeCarrier(world: World, bridge: Bridge): Carrier {
  return {
    kind: "ip",
    resumable: true,
    open(_life, { exchange, resume = false }, { opened, refused }) {
      const { clock, random } = world;
      clock.after(random.between(1, 20), () => {
        if (!bridge.running)
          return refused(
            new ConcertError("UNREACHABLE", "no bridge answers", { reason: "bridge-not-running" }),
          );
        const link: PageLink = new Pipe(clock);
        bridge.accept(link);
        const raw = new RawBridge(world, link, { opened, refused });
        link.send("near", { kind: "open", exchange, resume }, LATENCY_MS);
        // The client's own limit: what opens later is left as it is.
        clock.after(8_000, () => raw.giveUp());
      });
    },
  };
}

/** The page's end of a WebSocket to the bridge (ws-bridge: client.ts, bridge-connection.ts). */
class RawBridge implements Raw {
  events: RawEvents = DEAF;
  resumed?: Resumed;
  readonly #world: World;
  readonly #link: PageLink;
  #result: { opened(raw: Raw): void; refused(error: ConcertError): void } | undefined;
  #over = false;

  constructor(
    world: World,
    link: PageLink,
    result: { opened(raw: Raw): void; refused(error: ConcertError): void },
  ) {
    this.#world = world;
    this.#link = link;
    this.#result = result;
    link.attach("near", {
      item: (message) => this.#message(message),
      ended: () => {},
      lost: () => this.#lost(portLost("the bridge is gone")),
    });
  }

  write(bytes: Uint8Array, call: Call | undefined): void {
    const { random, calm, plan } = this.#world;
    const latency = !calm && random.chance(plan.segmentTrouble) ? random.between(1, 3_000) : LATENCY_MS;
    this.#link.send("near", { kind: "bytes", bytes, call }, latency);
  }

  close({ keepAnswer = false }: CloseOptions): void {
    this.#over = true;
    this.#link.send("near", { kind: "close", name: keepAnswer ? "page-left" : "ended" }, LATENCY_MS);
  }

  /** A page that dies says 1001 or nothing. */
  abandon(): void {
    const { random } = this.#world;
    if (random.chance(0.7)) this.#link.break({ far: random.between(0, 20) });
    else this.#link.freeze({ far: random.between(60_000, 90_000) });
  }

  giveUp(): void {
    if (this.#result === undefined) return;
    this.#fail(new ConcertError("UNREACHABLE", "the bridge did not answer in time", { reason: "no-answer" }));
    this.close({ keepAnswer: true });
  }

  #message(message: Message): void {
    switch (message.kind) {
      case "connected":
        return this.#open();
      case "resumed":
        this.resumed = { requestBytes: message.requestBytes };
        return this.#open();
      case "bytes":
        return this.events.bytes(message.bytes);
      case "ended":
        return this.events.ended();
      case "close":
        if (message.name === "ended" || message.name === "hung-up") return this.events.ended();
        return this.#lost(closedBy(message.name, this.#result !== undefined));
    }
  }

  #open(): void {
    const result = this.#result;
    this.#result = undefined;
    if (!this.#over) result?.opened(this);
  }

  #lost(error: ConcertError): void {
    if (this.#result !== undefined) return this.#fail(error);
    this.events.lost(error);
  }

  #fail(error: ConcertError): void {
    const result = this.#result;
    this.#result = undefined;
    this.#over = true;
    result?.refused(error);
  }
}

function closedBy(name: string, opening: boolean): ConcertError {
  if (opening && ["nothing-held", "terminal-unreachable", "connect-timeout"].includes(name))
    return new ConcertError("UNREACHABLE", name, { reason: name });
  if (opening && name === "exchange-used") return new ConcertError("WRONG_STATE", name, { reason: name });
  return new ConcertError("PORT_LOST", name, { reason: name });
}
