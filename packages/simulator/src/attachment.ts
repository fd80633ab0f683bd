/**
 * One register's connection to a terminal: the link on one side, the terminal model on the other. Whoever owns the
 * carrier feeds it bytes and gives it a wire; it owns nothing but the timers of answers under way.
 * @module
 */
import type { Clock, Dialect, Link, LinkInput, LinkOutput, Millis } from "@concert-pay/core";
import { FaultyLine } from "./line/faulty-line.ts";
import type { LineFault } from "./line/line-fault.ts";
import type { Delivery } from "./model/delivery.ts";
import type { Pieces } from "./model/behaviour.ts";
import type { TerminalModel } from "./model/terminal-model.ts";
import type { Wire } from "./wire.ts";

export interface AttachmentOptions {
  readonly model: TerminalModel;
  readonly clock: Clock;
  readonly wire: Wire;
  readonly dialect: Dialect;
  readonly link: Link;
  /** `stream`: bare messages, so answers can be cut in pieces. `serial`: the dialogue of protocol.md 7. */
  readonly framing: "stream" | "serial";
  /** A serial line, which cannot hang up: the register closing its port is not noticed either. Default false. */
  readonly permanent?: boolean;
  /** Number of the connection, for `requests`. */
  readonly connection: number;
  /** Over IP in frames: what is left when this connection is gone. Default: it is lost. */
  readonly onLeft?: (messages: readonly LeftMessage[]) => void;
  /** The terminal was told to reboot (CD=R). */
  readonly onRestart?: () => void;
  /** Whole messages both ways, for a log that masks them: in a piece of one, half a card number would pass. */
  readonly onMessage?: (direction: "in" | "out", message: Uint8Array) => void;
}

/** A message of which nothing was sent: since when the terminal has had it, and from when on it is to leave. */
export interface LeftMessage {
  readonly data: Uint8Array;
  readonly since: Millis;
  readonly readyAt: Millis;
}

/** A terminal told to reboot takes a moment, in which its answer is read. */
export const REBOOT_AFTER_MS = 1_000;

interface Outgoing {
  readonly message: LeftMessage;
  readonly fault: LineFault | undefined;
  readonly done: (sent: boolean) => void;
}

export class Attachment {
  readonly #options: AttachmentOptions;
  readonly #wire: Wire;
  readonly #line: FaultyLine | undefined;
  readonly #timers = new Set<() => void>();
  readonly #inputs: LinkInput[] = [];
  /** Messages for a serial line, sent one after the other. */
  #outgoing: readonly Outgoing[] = [];
  #sending: Outgoing | undefined;
  #running = false;
  #closed = false;
  #peerDone = false;
  /** Requests whose delivery is not over. */
  #owed = 0;
  #cancelTick: (() => void) | undefined;
  readonly #onClose = new Set<() => void>();
  /** Messages of which nothing was sent yet. */
  readonly #unsent = new Set<LeftMessage>();

  constructor(options: AttachmentOptions) {
    this.#options = options;
    const { model, clock, wire, framing } = options;
    if (framing === "serial")
      this.#line = new FaultyLine({
        clock,
        wire,
        upcoming: () => model.upcoming,
        exchange: () => model.taken,
        blocked: () => model.skip(),
        deliverLast: () => this.#deliverLast(),
      });
    this.#wire = this.#line ?? wire;
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Bytes from the register. */
  receive(bytes: Uint8Array): void {
    if (!this.#closed) this.#push({ type: "bytes", bytes: this.#line?.hear(bytes) ?? bytes });
  }

  /**
   * The register closed its side, or is gone. A request that had come whole is still handled: hanging up cancels
   * nothing (protocol.md 10.4). `writable`: only its side is closed, so that answers can still leave; the wire is
   * ended after them.
   */
  peerClosed(options: { readonly lost?: boolean; readonly writable?: boolean } = {}): void {
    if (this.#closed) return;
    this.#push({ type: "closed", lost: options.lost === true });
    if (options.writable !== true) return this.detach();
    this.#peerDone = true;
    this.#endWhenDone();
  }

  /** No more of this connection: answers under way are lost. The wire is the caller's to close. */
  detach(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#cancelTick?.();
    this.#line?.stop();
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    for (const { done } of [...(this.#sending === undefined ? [] : [this.#sending]), ...this.#outgoing])
      done(false);
    for (const lose of this.#onClose) lose();
    if (this.#unsent.size > 0) this.#options.onLeft?.([...this.#unsent]);
  }

  /** Brings a message that another connection could not deliver, as soon as the line is free. */
  bring(message: LeftMessage): void {
    this.#unsent.add(message);
    this.#send(message, {}, () => undefined);
  }

  /** Answers to a request that came on this connection. */
  #deliver(delivery: Delivery): void {
    const { messages, afterMs, gapMs, restart, settled } = delivery;
    const { clock, onLeft, onRestart, permanent } = this.#options;
    const hangUp = permanent === true ? undefined : delivery.hangUp;
    const lose = (): void => settle(false);
    const settle = (sent: boolean): void => {
      if (this.#onClose.delete(lose)) settled?.(sent);
    };
    const leaving = messages.map((data, index) => ({
      data,
      since: clock.now(),
      readyAt: clock.now() + afterMs + index * gapMs,
    }));
    this.#onClose.add(lose);
    if (this.#closed) {
      onLeft?.(leaving.slice(0, 1));
      return lose();
    }
    let left = messages.length;
    const finish = (): void => {
      this.#owed -= 1;
      if (hangUp === "reset") this.#wire.reset();
      if (hangUp === "end") this.#wire.end();
      if (hangUp !== undefined) this.detach();
      // Not one of our timers: the register closes this connection long before.
      if (restart === true) clock.setTimer(clock.now() + REBOOT_AFTER_MS, () => onRestart?.());
      this.#endWhenDone();
    };
    const done = (sent: boolean): void => {
      left -= 1;
      if (!sent) lose();
      if (left > 0) return;
      settle(true);
      finish();
    };
    for (const [index, message] of leaving.entries()) {
      // What repeats an answer is lost with the connection.
      if (index === 0) this.#unsent.add(message);
      this.#after(message.readyAt - clock.now(), () => this.#send(message, delivery, done));
    }
    if (messages.length === 0) this.#after(afterMs, finish);
  }

  #endWhenDone(): void {
    if (!this.#peerDone || this.#owed > 0 || this.#closed) return;
    this.#wire.end();
    this.detach();
  }

  /** A collision: the answer of the transaction before is what the terminal wants to deliver. */
  #deliverLast(): boolean {
    const data = this.#options.model.lastAnswer();
    if (data === undefined) return false;
    const now = this.#options.clock.now();
    this.#send({ data, since: now, readyAt: now }, {}, () => undefined);
    return true;
  }

  #send(message: LeftMessage, how: Pick<Delivery, "pieces" | "line">, done: (sent: boolean) => void): void {
    const { data } = message;
    this.#options.onMessage?.("out", data);
    if (this.#options.framing === "serial") {
      this.#outgoing = [...this.#outgoing, { message, fault: how.line, done }];
      return this.#sendNext();
    }
    this.#unsent.delete(message);
    this.#sendParts(cut(data, how.pieces), how.pieces?.gapMs ?? 0, done);
  }

  /** One after the other: timers that are all set at once may fire out of order where the machine is busy. */
  #sendParts(parts: readonly Uint8Array[], gapMs: number, done: (sent: boolean) => void, from = 0): void {
    for (let index = from; index < parts.length; index += 1) {
      if (index > from && gapMs > 0)
        return this.#after(gapMs, () => this.#sendParts(parts, gapMs, done, index));
      this.#write(parts[index] as Uint8Array, () => undefined);
    }
    done(true);
  }

  #sendNext(): void {
    const [next, ...rest] = this.#outgoing;
    if (this.#sending !== undefined || next === undefined) return;
    this.#outgoing = rest;
    this.#sending = next;
    this.#unsent.delete(next.message);
    this.#line?.answering(next.fault);
    this.#push({ type: "send", data: next.message.data });
  }

  #sent(sent: boolean): void {
    const current = this.#sending;
    this.#sending = undefined;
    current?.done(sent);
    this.#sendNext();
  }

  #push(input: LinkInput): void {
    this.#inputs.push(input);
    if (this.#running) return;
    this.#running = true;
    for (let next = this.#inputs.shift(); next !== undefined && !this.#closed; next = this.#inputs.shift())
      for (const output of this.#options.link.step(next, this.#options.clock.now())) this.#take(output);
    this.#running = false;
    this.#arm();
  }

  #take(output: LinkOutput): void {
    switch (output.type) {
      case "write":
        return this.#write(output.bytes, () => this.#push({ type: "written" }));
      case "sent":
        return this.#sent(true);
      case "message":
        return this.#request(output.data);
      case "failed":
        if (this.#sending !== undefined) this.#sent(false);
        return;
      case "discarded":
        // Over IP, bytes that make no request are answered AF=09; a line drops what is no frame.
        if (this.#options.framing === "stream") this.#request(new Uint8Array(0));
    }
  }

  #request(data: Uint8Array): void {
    if (this.#closed) return;
    const { model, dialect, connection, onMessage } = this.#options;
    onMessage?.("in", data);
    this.#owed += 1;
    model.receive(dialect, data, { connection, deliver: (delivery) => this.#deliver(delivery) });
  }

  #write(bytes: Uint8Array, written: () => void): void {
    if (!this.#closed) this.#wire.write(bytes, written);
  }

  #arm(): void {
    this.#cancelTick?.();
    this.#cancelTick = undefined;
    const { deadline } = this.#options.link;
    if (this.#closed || deadline === undefined) return;
    this.#cancelTick = this.#options.clock.setTimer(deadline, () => {
      this.#cancelTick = undefined;
      this.#push({ type: "tick" });
    });
  }

  /** No wait means now. */
  #after(delayMs: number, run: () => void): void {
    if (delayMs <= 0) return run();
    const { clock } = this.#options;
    const cancel = clock.setTimer(clock.now() + delayMs, () => {
      this.#timers.delete(cancel);
      if (!this.#closed) run();
    });
    this.#timers.add(cancel);
  }
}

/** Whole, or in the pieces asked for; never an empty one. */
export function cut(data: Uint8Array, pieces: Pieces | undefined): readonly Uint8Array[] {
  if (pieces === undefined) return [data];
  const { every } = pieces;
  const at =
    every === undefined
      ? (pieces.at ?? [])
      : Array.from({ length: Math.ceil(data.length / every) }, (_, n) => n * every);
  const inside = [...new Set(at)]
    .filter((offset) => offset > 0 && offset < data.length)
    .sort((a, b) => a - b);
  return [0, ...inside].map((start, index) => data.subarray(start, inside[index] ?? data.length));
}
