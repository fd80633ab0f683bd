/**
 * The half-duplex serial dialogue of both Concert versions, for either end of the line (protocol.md section 7).
 * What it does is in `serial-table.ts`; this file only runs that table.
 * @module
 */
import { ConcertError } from "../errors.ts";
import { ACK, ENQ, EOT, ETX, NAK } from "./frame-control.ts";
import { encodeFrame, FrameDecoder, MAX_FRAME_DATA, type FrameEvent } from "./frame.ts";
import type { Link, LinkFault, LinkInput, LinkOutput, Millis } from "./link.ts";
import { addEvenParity, maskBit7 } from "./parity.ts";
import { SERIAL_TABLE, type SerialAction, type SerialEventName, type SerialGuard } from "./serial-table.ts";
import type { SerialCounter } from "./serial/counters.ts";
import { draftOf, enter, isPeerSession, need, type Draft } from "./serial/draft.ts";
import type { SerialLinkOptions, SerialTransition } from "./serial/options.ts";
import { SerialOutputs } from "./serial/outputs.ts";
import { SERIAL_ROLES, type SerialRole } from "./serial/roles.ts";
import { SERIAL_STATES, type SerialState, type SerialStateName } from "./serial/states.ts";
import { SERIAL_TIMINGS, type SerialTimings } from "./timings.ts";

export type { SerialLinkOptions, SerialTransition } from "./serial/options.ts";
export { SERIAL_COUNTERS, type SerialCounter } from "./serial/counters.ts";
export { SERIAL_ROLES, type SerialRole } from "./serial/roles.ts";
export { SERIAL_STATES, type SerialStateName } from "./serial/states.ts";

/** Bits of one character on the line: start, 8 (or 7 and parity), stop. */
const BITS_PER_BYTE = 10;
/** The clock of a line and ours differ by some per cent: what comes after this part of our bytes' time may answer them. */
const SURELY_ON_THE_WIRE = 0.95;
const NOTHING: Uint8Array = new Uint8Array();
const CONTROL_EVENTS: Readonly<Record<number, SerialEventName>> = {
  [ENQ]: "ENQ",
  [ACK]: "ACK",
  [NAK]: "NAK",
  [EOT]: "EOT",
};

/**
 * Either end of a serial line.
 *
 * What `failed` means for money: `before` only where no whole frame of ours has left, or where the peer answered
 * every one of `frameTries` frames with NAK. The second holds up to three faults in one message: a peer that took
 * the frame answers its repeats ACK too, so it takes as many spoilt frames or ACKs as there were tries to make only
 * NAKs, and a single NAK (which may be a spoilt ACK) is never enough. In all other cases the stage is `after`, nothing is sent again, and the answer is still received.
 *
 * `sent` means that the peer answered ACK. A message comes out when the line is free again, or when the EOT of the
 * peer is overdue; or at once when the peer opens another session instead. A `send` during a session of the peer
 * waits for its end; where the peer has the line again and again, it fails after twice `sessionMs`.
 */
export class SerialLink implements Link {
  readonly #role: SerialRole;
  readonly #timings: SerialTimings;
  readonly #decoder: FrameDecoder;
  readonly #byteMs: number;
  readonly #masked: boolean;
  readonly #parity: boolean;
  readonly #maxSend: number;
  readonly #strictSend: boolean;
  readonly #resumed: boolean;
  readonly #onTransition: ((transition: SerialTransition) => void) | undefined;
  readonly #outputs: SerialOutputs = new SerialOutputs();

  #state: SerialState = { name: "idle" };
  /** A frame of ours may have reached the peer, and no message has come since. */
  #answerDue: boolean;
  /** Why nothing more comes, once it is so. */
  #closedBy: LinkFault = "closed";
  /** The last message delivered, until we send a frame. */
  #delivered: { readonly data: Uint8Array; readonly repeatUntil: Millis } | undefined;
  /** A write is out that was not reported `written`: of how many bytes. */
  #unwritten = 0;
  /** Until then, some of the bytes written last are certainly still on their way. */
  #onTheWireUntil: Millis = 0;
  /** From here on, text received earlier has nothing to do with what comes. */
  #staleAt: Millis = 0;

  constructor(options: SerialLinkOptions) {
    this.#role = SERIAL_ROLES[options.role];
    this.#timings = { ...SERIAL_TIMINGS, ...options.timings };
    this.#decoder = new FrameDecoder(options.maxReceive === undefined ? {} : { maxData: options.maxReceive });
    this.#byteMs = options.baudRate === undefined ? 0 : (BITS_PER_BYTE * 1_000) / options.baudRate;
    this.#parity = options.softwareParity === true;
    this.#masked = options.maskBit7 === true || this.#parity;
    this.#maxSend = options.maxSend ?? MAX_FRAME_DATA;
    this.#strictSend = options.strictSend ?? true;
    this.#answerDue = this.#resumed = options.resumed === true;
    this.#onTransition = options.onTransition;
  }

  get deadline(): Millis | undefined {
    return this.#state.name === "idle" ? undefined : this.#state.until;
  }

  get idle(): boolean {
    return this.#state.name === "idle";
  }

  /** Where the link stands, for a trace. */
  get state(): SerialStateName {
    return this.#state.name;
  }

  get counters(): Readonly<Record<SerialCounter, number>> {
    return this.#outputs.counters;
  }

  /** Bytes are taken as they come, also after a deadline has passed: they were on the line before what it would do. */
  step(input: LinkInput, now: Millis): readonly LinkOutput[] {
    switch (input.type) {
      case "send":
        this.#send(input.data, now);
        break;
      case "bytes":
        this.#receive(this.#masked ? maskBit7(input.bytes) : input.bytes, now);
        break;
      case "written":
        this.#written(now);
        break;
      case "tick":
        if (this.deadline !== undefined && now >= this.deadline) this.#apply("timeout", now);
        break;
      case "closed":
        this.#closedBy = input.lost === true ? "lost" : "closed";
        this.#apply("closed", now);
        this.#decoder.reset();
        break;
    }
    return this.#outputs.take();
  }

  #send(data: Uint8Array, now: Millis): void {
    let frame: Uint8Array = NOTHING;
    try {
      if (data.length > 0) frame = encodeFrame(data, { maxData: this.#maxSend, strict: this.#strictSend });
    } catch (error) {
      if (!(error instanceof ConcertError)) throw error;
      if (error.offset === undefined) this.#outputs.fail("before", "too-long");
      else this.#outputs.fail("before", "malformed", error.offset);
      return;
    }
    this.#apply("send", now, frame);
  }

  #receive(bytes: Uint8Array, now: Millis): void {
    if (now >= this.#staleAt && !this.#listening) this.#decoder.reset();
    this.#staleAt = now + this.#timings.byteGapMs;
    for (let at = 0; at < bytes.length; at = this.#decoder.position) {
      this.#decoder.listening = this.#listening;
      const event = this.#decoder.read(bytes, at);
      if (event !== undefined) this.#take(event, now);
    }
    this.#waitForRest(now);
  }

  get #listening(): boolean {
    const { name } = this.#state;
    return name === "receiving" || name === "finishing" || (name === "answering" && this.#replayed);
  }

  /** What was said before we came is told again at once: nobody waits for our ACK in between. */
  get #replayed(): boolean {
    return this.#resumed && this.#answerDue;
  }

  #take(event: FrameEvent, now: Millis): void {
    switch (event.kind) {
      case "control":
        return this.#apply(CONTROL_EVENTS[event.byte] ?? "noise", now, Uint8Array.of(event.byte));
      case "noise": {
        // NUL, DEL and 0xFF are what a line driver being switched can leave; they are never part of a message.
        const byte = event.bytes[0] ?? 0;
        const text = byte === ETX || (byte >= 0x20 && byte !== 0x7f && byte !== 0xff);
        return this.#apply(text ? "text" : "noise", now, event.bytes);
      }
      case "headless":
        this.#outputs.counters.headless += 1;
        return this.#apply(this.#listening ? "broken" : "text", now, event.bytes, "headless");
      case "bad-lrc":
        this.#outputs.counters.badLrc += 1;
        return this.#apply("broken", now, event.data, "badLrc");
      case "oversize":
        this.#outputs.counters.oversize += 1;
        return this.#apply("broken", now, NOTHING, "oversize");
      case "frame":
        return this.#apply("frame", now, event.data);
    }
  }

  /** While a frame comes in, each byte of it gives the next one its time. */
  #waitForRest(now: Millis): void {
    const state = this.#state;
    if (state.name !== "receiving" && state.name !== "finishing") return;
    const stage = this.#decoder.stage;
    if (stage !== "data" && stage !== "lrc") return;
    const rest = now + (stage === "lrc" ? this.#timings.lrcMs : this.#timings.byteGapMs);
    const until = state.name === "finishing" ? Math.max(rest, state.until) : rest;
    this.#state = { ...state, until: Math.min(until, state.session.endsAt) };
  }

  /** The wait for an answer begins when the carrier took our bytes, if that is later than when we gave them. */
  #written(now: Millis): void {
    const bytes = this.#unwritten;
    this.#unwritten = 0;
    const state = this.#state;
    if (bytes === 0 || state.name === "idle" || this.#decoder.stage !== "outside") return;
    const afterOurBytes = ["bidding", "offering", "doubting", "receiving", "finishing"].includes(state.name);
    if (afterOurBytes)
      this.#state = { ...state, until: this.#until(state.name, { ...draftOf(state), bytesOut: bytes }, now) };
  }

  #apply(event: SerialEventName, now: Millis, bytes: Uint8Array = NOTHING, counted?: SerialCounter): void {
    const from = this.#state.name;
    const draft = draftOf(this.#state);
    const rule = SERIAL_TABLE[from][event].find(({ when = [] }) =>
      when.every((guard) => this.#holds(guard, draft, now, bytes)),
    );
    if (rule === undefined) throw new Error(`serial table: ${event} while ${from}`);
    if (rule.count !== undefined) this.#outputs.counters[rule.count] += 1;
    for (const action of rule.do) this.#perform(action, draft, now, bytes, counted ?? rule.count);
    if (rule.next === "stay") this.#stay(draft);
    else this.#state = enter(rule.next, draft, this.#until(rule.next, draft, now));
    this.#onTransition?.({ from, event, to: this.#state.name, rule });
  }

  /** Same state, same deadline; only a send to wait for the line may have come in. */
  #stay(draft: Draft): void {
    const state = this.#state;
    if (state.name !== "idle") this.#state = enter(state.name, draft, state.until);
  }

  #until(name: SerialStateName, { session, outgoing, bytesOut }: Draft, now: Millis): Millis {
    const timer = SERIAL_STATES[name].timer;
    if (timer === undefined) return now;
    // The frame may be on its way for as long as it takes, though it was written before.
    const bytes = name === "doubting" ? need(outgoing, name).frame.length : bytesOut;
    const until =
      now + this.#timings[timer] + (timer === "turnaroundMs" ? 0 : Math.ceil(bytes * this.#byteMs));
    return session === undefined || !isPeerSession(name) ? until : Math.min(until, session.endsAt);
  }

  #holds(guard: SerialGuard, draft: Draft, now: Millis, bytes: Uint8Array): boolean {
    switch (guard) {
      case "givesWay":
        return this.#role.givesWay;
      case "presence":
        // One that only waits for the line has sent no ENQ yet.
        return draft.outgoing?.frame.length === 0 && draft.outgoing.bids > 0;
      case "bidsLeft": {
        const { bids, bidsUntil } = need(draft.outgoing, guard);
        return bids < this.#timings.enqTries && now <= bidsUntil;
      }
      case "triesLeft":
        return need(draft.outgoing, guard).tries < this.#timings.frameTries;
      case "onTheWire":
        return this.#byteMs > 0 && now < this.#onTheWireUntil;
      case "refusalsLeft":
        return need(draft.session, guard).refusals + 1 < this.#timings.frameTries;
      case "sendWaiting":
        return draft.outgoing !== undefined;
      case "collided":
        return draft.outgoing !== undefined && need(draft.session, guard).collided;
      case "midFrame":
        return this.#decoder.stage !== "outside";
      case "sameFrame":
        return sameBytes(need(draft.incoming, guard).data, bytes);
      case "acknowledged":
        return need(draft.incoming, guard).acknowledged;
    }
  }

  #perform(
    action: SerialAction,
    draft: Draft,
    now: Millis,
    bytes: Uint8Array,
    why: SerialCounter | undefined,
  ): void {
    switch (action) {
      case "take":
        // What comes before this message has left cannot be its answer.
        this.#answerDue = false;
        draft.outgoing = { frame: bytes, bids: 0, tries: 0, bidsUntil: now + 2 * this.#timings.sessionMs };
        return;
      case "writeEnq": {
        const outgoing = need(draft.outgoing, action);
        draft.outgoing = { ...outgoing, bids: outgoing.bids + 1 };
        return this.#write(Uint8Array.of(ENQ), draft, now);
      }
      case "writeFrame": {
        const outgoing = need(draft.outgoing, action);
        draft.outgoing = { ...outgoing, tries: outgoing.tries + 1 };
        this.#delivered = undefined;
        return this.#write(outgoing.frame, draft, now);
      }
      case "writeEot":
        return this.#write(Uint8Array.of(EOT), draft, now);
      case "writeAck":
        if (draft.incoming !== undefined) draft.incoming = { ...draft.incoming, acknowledged: true };
        return this.#write(Uint8Array.of(ACK), draft, now);
      case "writeNak": {
        const session = need(draft.session, action);
        draft.session = { ...session, refusals: session.refusals + 1 };
        return this.#write(Uint8Array.of(NAK), draft, now);
      }
      case "openSession":
      case "giveWay":
        draft.session = {
          endsAt: now + this.#timings.sessionMs,
          refusals: 0,
          collided: action === "giveWay",
        };
        draft.incoming = undefined;
        return;
      case "hold":
        draft.incoming = { data: bytes, acknowledged: false };
        return;
      case "drop":
        draft.incoming = undefined;
        return;
      case "deliver":
        this.#deliver(need(draft.incoming, action).data, now);
        draft.incoming = undefined;
        return;
      case "discard":
        return this.#outputs.discard(bytes, why ?? "badLrc");
      case "discardPartial":
        return this.#outputs.discard(this.#decoder.reset(), why ?? "cutFrame");
      case "reportPresent":
        draft.outgoing = undefined;
        return this.#outputs.push({ type: "sent" });
      case "reportSent":
        draft.outgoing = undefined;
        this.#answerDue = true;
        return this.#outputs.push({ type: "sent" });
      case "failBusy":
        return this.#outputs.fail("before", "busy");
      case "failNoAnswer":
      case "failRefused":
      case "failCollision":
        draft.outgoing = undefined;
        return this.#outputs.fail("before", FAULTS[action]);
      case "failClosedBefore":
        draft.outgoing = undefined;
        return this.#outputs.fail("before", this.#closedBy);
      case "failUnacknowledged":
      case "failClosedAfter":
        draft.outgoing = undefined;
        this.#answerDue = true;
        return this.#outputs.fail(
          "after",
          action === "failClosedAfter" ? this.#closedBy : "no-acknowledgement",
        );
    }
  }

  #deliver(data: Uint8Array, now: Millis): void {
    const last = this.#delivered;
    const repeated = last !== undefined && now <= last.repeatUntil && sameBytes(last.data, data);
    this.#delivered = { data, repeatUntil: now + this.#timings.repeatMs };
    if (repeated && this.#role.dropsRepeats) {
      this.#outputs.counters.repeatedMessage += 1;
      this.#outputs.discard(data, "repeatedMessage");
      return;
    }
    const late = !this.#answerDue;
    this.#answerDue = false;
    this.#outputs.push({ type: "message", data, late });
  }

  /** The line is half duplex: what was read before we speak belongs to nothing that comes after. */
  #write(bytes: Uint8Array, draft: Draft, now: Millis): void {
    this.#decoder.reset();
    draft.bytesOut = bytes.length;
    this.#onTheWireUntil = now + bytes.length * this.#byteMs * SURELY_ON_THE_WIRE;
    this.#unwritten = bytes.length;
    this.#outputs.push({ type: "write", bytes: this.#parity ? addEvenParity(bytes) : bytes });
  }
}

const FAULTS = {
  failNoAnswer: "no-answer",
  failRefused: "refused",
  failCollision: "collision",
} as const satisfies Partial<Record<SerialAction, LinkFault>>;

function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
