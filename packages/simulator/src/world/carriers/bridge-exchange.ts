/**
 * One exchange on the bridge of a world: it goes on when its page leaves; its answer is held until the page says with 1000
 * that it is written down. Compare ws-bridge's exchange.ts.
 * @module
 */
import type { Call } from "../call.ts";
import type { World } from "../world.ts";
import { LATENCY_MS, type PageLink, type PageMessage } from "./bridge-wire.ts";
import { connectTcp, type TcpConnection } from "./tcp.ts";

/** Silence both ways after which the bridge ends an exchange (ws-bridge: idleMs). */
const IDLE_MS = 600_000;
/** How long the page may take to close with 1000 once the terminal hung up (ws-bridge: confirmMs). */
const CONFIRM_MS = 1_000;
/** Silence after an answer, or where none is wanted, with no page there, after which the bridge hangs up (answeredMs). */
const ANSWERED_MS = 5_000;
/** How long the terminal may be silent once the bridge has hung up its side (ws-bridge: leaveMs). */
const LEAVE_MS = 1_000;

/** The dialogue that V2 speaks inside a socket announces requests and answers and is none: ENQ, ACK, NAK, EOT. */
const DIALOGUE: readonly number[] = [0x05, 0x06, 0x15, 0x04];

export class Exchange {
  readonly #world: World;
  #page: PageLink | undefined;
  #tcp: TcpConnection | undefined;
  #over: string | undefined;
  #requestBytes = 0;
  /** More than dialogue was passed on to the terminal. */
  #requested = false;
  #quietSince = 0;
  #held: Uint8Array[] = [];
  /** A byte of an answer has come. */
  #answered = false;
  #delivered = false;
  /** A page closed with 1000 before any answer. */
  #unwanted = false;
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

  /** Another exchange begins. */
  leaveUnwanted(): void {
    if (this.#unwanted) this.#leave();
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
    this.#unwanted = false;
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
      ended: () => mine(() => this.#end("ended")),
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
    this.#requested ||= !isDialogue(bytes);
    this.#quietSince = this.#world.clock.now();
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
    this.#answered ||= !isDialogue(bytes);
    this.#held.push(bytes);
    this.#tell({ kind: "bytes", bytes });
    this.#watchSilence();
  }

  #end(close: string): void {
    if (this.#over !== undefined || this.#killed) return;
    const quietMs = this.#world.clock.now() - this.#quietSince;
    this.#hangUp(this.#ended(this.#leaving && quietMs >= LEAVE_MS ? "ended" : close));
    if (this.#delivered) this.#held = [];
    if (this.#page !== undefined && this.#over !== undefined) this.#tellEnd(this.#over);
  }

  /** Hanging up is an orderly end only where there was an answer, or no question; and the bridge's own says nothing. */
  #ended(close: string): string {
    if (close !== "ended" || this.#requestBytes === 0 || this.#answered) return close;
    return this.#leaving ? "idle" : "hung-up";
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
    const asked = this.#requested || (this.#requestBytes > 0 && this.#answered);
    if (!asked) this.#hangUp(this.#requestBytes === 0 ? "ended" : "idle");
    else if (close === "ended" && answered) {
      this.#delivered = true;
      if (this.#over !== undefined) this.#held = [];
    } else this.#unwanted = close === "ended";
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
    else if (this.#page === undefined && (this.#answered || this.#unwanted))
      this.#cancelSilence = clock.after(ANSWERED_MS, () => this.#leave());
  }

  #detach(): void {
    this.#page = undefined;
    this.#cancelConfirm?.();
    this.#watchSilence();
  }

  #tell(message: PageMessage): void {
    this.#page?.send("far", message, LATENCY_MS);
  }

  #watchIdle(): void {
    this.#cancelIdle?.();
    if (this.#leaving) return;
    this.#cancelIdle = this.#world.clock.after(IDLE_MS, () => this.#end("idle"));
  }
}

function isDialogue(bytes: Uint8Array): boolean {
  return bytes.every((byte) => DIALOGUE.includes(byte));
}
