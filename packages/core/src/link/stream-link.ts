/**
 * The link over IP (protocol.md 5): no framing, so the end of an answer is judged. Complete is: whole elements, AE
 * among them (for an identification also CZ), and then either a close or `quietMs` without another byte. A cut
 * exactly between two elements looks complete, hence the wait.
 * @module
 */
import { ReceivedElements } from "./received-elements.ts";
import type { Link, LinkFault, LinkInput, LinkOutput, Millis } from "./link.ts";

/** No figure is published; the sum of all maxima with two tickets is about 3 kB (protocol.md 1). */
export const MAX_ANSWER_BYTES = 65_536;

export interface StreamLinkOptions {
  /** Silence that ends an answer, in milliseconds. Default 250 (protocol.md 5). */
  readonly quietMs?: number;
  /**
   * Tags of which one must be there before silence can end a message. Default `["AE"]`; for the answer to an
   * identification `["AE", "CZ"]` (protocol.md 5); the terminal's side, which reads requests, wants `["CD"]`.
   */
  readonly endTags?: readonly string[];
  /**
   * The same, where it depends on what has come: names of the whole elements, and the value of CD. Default `quietMs`,
   * whatever has come.
   */
  readonly quietAfterMs?: (tags: ReadonlySet<string>, action: string | undefined) => number;
  /** Sent after each message (protocol.md 12.9). Default none. */
  readonly suffix?: string;
  /** The request was sent on an earlier connection: the first message is its answer. Default false. */
  readonly resumed?: boolean;
  /** What goes beyond is counted, and the message fails once it has ended. Default 65 536. */
  readonly maxBytes?: number;
}

type State =
  /** Nothing of a message has come. */
  | { readonly name: "empty" }
  /** Ends inside an element, or no tag that can end a message has come: only more bytes or a close can end it. */
  | { readonly name: "partial" }
  /** Whole; silence until `until` ends it. */
  | { readonly name: "whole"; readonly until: Millis }
  /** The structure is broken: the rest is gathered as evidence until silence or close. */
  | { readonly name: "broken"; readonly until: Millis; readonly offset: number; readonly fault: LinkFault }
  | { readonly name: "closed" };

export class StreamLink implements Link {
  readonly #quietMs: number;
  readonly #quietAfterMs: NonNullable<StreamLinkOptions["quietAfterMs"]>;
  readonly #endTags: readonly string[];
  readonly #suffix: Uint8Array;
  readonly #maxBytes: number;
  readonly #counters = { blankBytes: 0, brokenMessages: 0, oversizeMessages: 0, oversizeBytes: 0 };
  #state: State = { name: "empty" };
  #sending = false;
  /** A message that comes before anything was sent answers nothing of ours. */
  #asked: boolean;
  readonly #received = new ReceivedElements();

  constructor(options: StreamLinkOptions = {}) {
    const { quietMs = 250 } = options;
    this.#quietMs = quietMs;
    this.#quietAfterMs = options.quietAfterMs ?? ((): number => quietMs);
    this.#endTags = options.endTags ?? ["AE"];
    this.#suffix = Uint8Array.from(options.suffix ?? "", (character) => character.charCodeAt(0));
    this.#maxBytes = options.maxBytes ?? MAX_ANSWER_BYTES;
    this.#asked = options.resumed ?? false;
  }

  get deadline(): Millis | undefined {
    return this.#state.name === "whole" || this.#state.name === "broken" ? this.#state.until : undefined;
  }

  get idle(): boolean {
    return !this.#sending && (this.#state.name === "empty" || this.#state.name === "closed");
  }

  get unfinished(): Uint8Array {
    return this.#state.name === "empty" ? new Uint8Array(0) : this.#received.all;
  }

  get counters(): Readonly<Record<string, number>> {
    return this.#counters;
  }

  step(input: LinkInput, now: Millis): readonly LinkOutput[] {
    switch (input.type) {
      case "send":
        return this.#send(input.data);
      case "written":
        if (!this.#sending) return [];
        this.#sending = false;
        return [{ type: "sent" }];
      case "bytes":
        return this.#receive(input.bytes, now);
      case "tick":
        return this.deadline !== undefined && now >= this.deadline ? this.#finish("silence") : [];
      case "closed":
        return this.#close(input.lost === true);
    }
  }

  #send(data: Uint8Array): readonly LinkOutput[] {
    const none = new Uint8Array(0);
    if (this.#state.name === "closed")
      return [{ type: "failed", stage: "before", fault: "closed", received: none }];
    if (this.#sending) return [{ type: "failed", stage: "before", fault: "busy", received: none }];
    const early = this.#finish("silence");
    this.#sending = true;
    this.#asked = true;
    return [...early, { type: "write", bytes: withSuffix(data, this.#suffix) }];
  }

  #receive(bytes: Uint8Array, now: Millis): readonly LinkOutput[] {
    if (this.#state.name === "closed" || bytes.length === 0) return [];
    const space = this.#maxBytes - this.#received.length;
    this.#received.add(bytes.subarray(0, space));
    if (bytes.length > space) {
      if (this.#state.name !== "broken") this.#counters.oversizeMessages += 1;
      this.#counters.oversizeBytes += bytes.length - space;
      this.#state = { name: "broken", until: now + this.#quietMs, offset: this.#maxBytes, fault: "oversize" };
      return [];
    }
    this.#state = this.#read(now);
    return [];
  }

  #read(now: Millis): State {
    const received = this.#received;
    switch (received.read()) {
      case "nothing":
        return { name: "empty" };
      case "whole":
        return this.#endTags.some((tag) => received.tags.has(tag))
          ? { name: "whole", until: now + this.#quietAfterMs(received.tags, received.action) }
          : { name: "partial" };
      case "incomplete":
        return { name: "partial" };
      case "broken":
        return {
          name: "broken",
          until: now + this.#quietMs,
          offset: received.wholeUpTo,
          fault: "malformed",
        };
    }
  }

  /** Ends what was being received: a message, or evidence of none. */
  #finish(why: "silence" | "close" | "loss"): readonly LinkOutput[] {
    const state = this.#state;
    if (this.#received.length === 0) return [];
    const { tidy } = this.#received;
    const { received, message } = this.#received.take();
    this.#state = { name: "empty" };
    this.#counters.blankBytes += received.length - message.length;
    if (state.name === "broken" && state.fault === "malformed") this.#counters.brokenMessages += 1;
    // Closed on whole elements without such a tag: still a message; what it is worth is judged elsewhere.
    const whole = state.name === "whole" || (why === "close" && state.name === "partial" && tidy);
    if (whole && why !== "loss") return [{ type: "message", data: message, late: !this.#asked }];
    if (!this.#asked) return [{ type: "discarded", bytes: received, why: "came before the request" }];
    if (state.name === "broken")
      return [{ type: "failed", stage: "after", fault: state.fault, received, offset: state.offset }];
    if (message.length === 0) return [];
    return [{ type: "failed", stage: "after", fault: why === "loss" ? "lost" : "cut", received }];
  }

  #close(lost: boolean): readonly LinkOutput[] {
    if (this.#state.name === "closed") return [];
    const outputs = this.#finish(lost ? "loss" : "close");
    this.#state = { name: "closed" };
    const ended = outputs.some(({ type }) => type === "message" || type === "failed");
    if (ended) return outputs;
    const fault = lost ? "lost" : "closed";
    return [
      ...outputs,
      { type: "failed", stage: this.#asked ? "after" : "before", fault, received: new Uint8Array(0) },
    ];
  }
}

function withSuffix(data: Uint8Array, suffix: Uint8Array): Uint8Array {
  if (suffix.length === 0) return data;
  const both = new Uint8Array(data.length + suffix.length);
  both.set(data);
  both.set(suffix, data.length);
  return both;
}
