/**
 * The line between a terminal's link and the register, with what can go wrong on it. The link itself stays honest:
 * what it should not hear is spoilt before it hears it, so that what it acknowledges it really holds.
 * @module
 */
import type { Clock, Millis } from "@concert-pay/core";
import type { Behaviour } from "../model/behaviour.ts";
import type { Wire } from "../wire.ts";
import { FrameWalk } from "./frame-walk.ts";
import type { LineFault } from "./line-fault.ts";

const STX = 0x02;
const EOT = 0x04;
const ENQ = 0x05;
const ACK = 0x06;
/** Bits of a character: start, 7 data, parity, stop. */
const BITS_PER_BYTE = 10;
/** How long a bid that comes to nothing lasts, and the pause after it. */
const IDLE_BID_MS = 200;
const IDLE_PAUSE_MS = 100;
/** Pause before a frame that is sent twice is sent again: the register's ACK comes in it. */
const REPEAT_MS = 100;

export interface FaultyLineOptions {
  readonly clock: Clock;
  readonly wire: Wire;
  /** What the next request will meet. */
  readonly upcoming: () => Behaviour;
  /** Changes when a request got through: only then do counts start anew. */
  readonly exchange: () => number;
  /** A request that did not get through has used up its behaviour. */
  readonly blocked: () => void;
  /** Delivers the answer of the transaction before; false when there is none. */
  readonly deliverLast: () => boolean;
}

/** Bytes on their way out, and what follows them. */
interface Step {
  readonly bytes: readonly number[];
  /** Silence after them. */
  readonly thenMs: Millis;
  readonly done?: () => void;
}

export class FaultyLine implements Wire {
  readonly #options: FaultyLineOptions;
  #heard = new FrameWalk();
  #exchange: number | undefined;
  #behaviour: Behaviour | undefined;
  #request: LineFault = {};
  #answer: LineFault = {};
  #left = { enq: 0, frames: 0, lrc: 0 };
  /** What the register sent last: ACK answers that. */
  #lastHeard: "enq" | "frame" = "enq";
  #lastSent: "frame" | "other" = "other";
  #deaf = false;
  #steps: Step[] = [];
  #leaving = false;
  #cancel: (() => void) | undefined;

  constructor(options: FaultyLineOptions) {
    this.#options = options;
  }

  /** The fault of the answer that leaves next. */
  answering(fault: LineFault | undefined): void {
    this.#answer = fault ?? {};
    this.#left.lrc = this.#answer.badLrc ?? 0;
  }

  /** Bytes from the register, as the link is to hear them. */
  hear(bytes: Uint8Array): Uint8Array {
    const heard: number[] = [];
    for (const byte of bytes) {
      const part = this.#heard.take(byte);
      if (this.#deaf) continue;
      if (part === "control" && (byte & 0x7f) === ENQ) {
        this.#lastHeard = "enq";
        if (this.#missesEnq()) continue;
      }
      if (part === "lrc") this.#lastHeard = "frame";
      // Wrong for what came, whatever the line has done to that.
      heard.push(part === "lrc" && this.#missesFrame() ? this.#heard.check ^ 1 : byte);
    }
    return Uint8Array.from(heard);
  }

  write(bytes: Uint8Array, written: () => void): void {
    const all = [...bytes];
    // Half duplex: what the register began before we speak, a stray STX for one, it has not gone on with.
    this.#heard = new FrameWalk();
    const { noise } = this.#fault();
    const last = (step: Omit<Step, "done">): void => this.#queue({ ...step, done: written });
    if (noise !== undefined) this.#queue({ bytes: noise, thenMs: 0 });
    const isFrame = all[0] === STX;
    const afterFrame = this.#lastSent === "frame";
    this.#lastSent = isFrame ? "frame" : "other";
    if (isFrame) this.#frame(all, last);
    else if (all[0] === ENQ) this.#bid(all, last);
    else if (all[0] === EOT && afterFrame && this.#answer.loseEot === true) last({ bytes: [], thenMs: 0 });
    else if (all[0] === ACK && this.#lastHeard === "frame" && this.#request.loseAck === true)
      last({ bytes: [], thenMs: 0 });
    else last({ bytes: all, thenMs: 0 });
    if (!this.#leaving) this.#leave();
  }

  end(): void {
    this.stop();
    this.#options.wire.end();
  }

  reset(): void {
    this.stop();
    this.#options.wire.reset();
  }

  /** Nothing more leaves. */
  stop(): void {
    this.#cancel?.();
    this.#steps = [];
  }

  #fault(): LineFault {
    return { ...this.#request, ...this.#answer };
  }

  #missesEnq(): boolean {
    this.#begin();
    if (this.#request.collision === true && this.#options.deliverLast()) {
      this.#usedUp();
      return true;
    }
    if (this.#left.enq === 0) return false;
    this.#left.enq -= 1;
    if (this.#left.enq === 0) this.#usedUp();
    return true;
  }

  #missesFrame(): boolean {
    if (this.#left.frames === 0) return false;
    this.#left.frames -= 1;
    if (this.#left.frames === 0) this.#usedUp();
    return true;
  }

  /** The first ENQ after the last request that got through begins an exchange. */
  #begin(): void {
    const exchange = this.#options.exchange();
    const behaviour = this.#options.upcoming();
    if (exchange === this.#exchange && behaviour === this.#behaviour) return;
    this.#exchange = exchange;
    this.#behaviour = behaviour;
    this.#request = behaviour.line ?? {};
    this.#answer = {};
    this.#left = { lrc: 0, enq: this.#request.deafToEnq ?? 0, frames: this.#request.spoilRequests ?? 0 };
  }

  #usedUp(): void {
    if (this.#request.blocks !== true) return;
    this.#options.blocked();
  }

  #frame(frame: readonly number[], last: (step: Omit<Step, "done">) => void): void {
    if (this.#answer.silentAfterEnq === true) return last({ bytes: [], thenMs: 0 });
    const wrong = this.#left.lrc > 0;
    if (wrong) this.#left.lrc -= 1;
    const sent = wrong ? [...frame.slice(0, -1), (frame.at(-1) ?? 0) ^ 1] : frame;
    if (this.#answer.repeatFrame === true) {
      // The terminal misses the first ACK, and so sends its frame once more.
      this.#deaf = true;
      this.#queue({ bytes: sent, thenMs: REPEAT_MS, done: () => (this.#deaf = false) });
    }
    last({ bytes: sent, thenMs: 0 });
  }

  #bid(enq: readonly number[], last: (step: Omit<Step, "done">) => void): void {
    const { idleBids = 0 } = this.#answer;
    this.#answer = { ...this.#answer, idleBids: 0 };
    for (let bid = 0; bid < idleBids; bid += 1) {
      // What the register answers to such a bid is not for the link, which has not bid yet.
      this.#deaf = true;
      this.#queue({ bytes: enq, thenMs: IDLE_BID_MS });
      this.#queue({ bytes: [EOT], thenMs: IDLE_PAUSE_MS, done: () => (this.#deaf = bid < idleBids - 1) });
    }
    last({ bytes: enq, thenMs: 0 });
  }

  #queue(step: Step): void {
    this.#steps.push(step);
  }

  #leave(): void {
    const { clock, wire } = this.#options;
    this.#leaving = true;
    for (let step = this.#steps.shift(); step !== undefined; step = this.#steps.shift()) {
      const { bytes, thenMs, done } = step;
      const { baudRate } = this.#fault();
      const [first, ...rest] = bytes;
      if (baudRate !== undefined && first !== undefined) {
        wire.write(Uint8Array.of(first), () => undefined);
        this.#steps.unshift({ ...step, bytes: rest });
        return this.#later(clock.now() + (BITS_PER_BYTE * 1_000) / baudRate);
      }
      if (thenMs > 0) {
        this.#steps.unshift({ bytes: [], thenMs: 0, ...(done === undefined ? {} : { done }) });
        if (bytes.length > 0) wire.write(Uint8Array.from(bytes), () => undefined);
        return this.#later(clock.now() + thenMs);
      }
      if (bytes.length > 0) wire.write(Uint8Array.from(bytes), done ?? ((): void => undefined));
      else done?.();
    }
    this.#leaving = false;
  }

  #later(at: Millis): void {
    this.#cancel = this.#options.clock.setTimer(at, () => this.#leave());
  }
}
