/**
 * What a link is: a machine that turns bytes into whole messages and back, without I/O, clock or promise.
 *
 * `step(input, now)` returns what to do, in order; `deadline` is the one moment at which it wants a `tick`. Early
 * or extra ticks do nothing. `now` is compared only with deadlines the machine itself stored (design: rules of
 * machines).
 * @module
 */

/** Milliseconds on the caller's clock. */
export type Millis = number;

export type LinkInput =
  /**
   * Send one message. On a serial line a message without bytes asks whether anyone is there (ENQ, ACK, EOT), and
   * `sent` says yes. Refused by a `failed` output of stage `before` where it cannot be sent now.
   */
  | { readonly type: "send"; readonly data: Uint8Array }
  | { readonly type: "bytes"; readonly bytes: Uint8Array }
  /** The write asked for by the last `write` output has been handed to the carrier. */
  | { readonly type: "written" }
  | { readonly type: "tick" }
  /** Nothing more will come. `lost`: not in order (reset, unplugged), so the last bytes may be missing. */
  | { readonly type: "closed"; readonly lost?: boolean };

/** Why a message could not be sent or received. */
export type LinkFault =
  /** No ACK to any ENQ. */
  | "no-answer"
  /** NAK to the frame, or to ENQ, through all attempts. */
  | "refused"
  /** The terminal was delivering a message of its own, which was taken; ours was not sent (collision). */
  | "collision"
  /** Too long for one frame. */
  | "too-long"
  /** A message is already being sent. */
  | "busy"
  /** The frame left, and neither ACK nor NAK came. */
  | "no-acknowledgement"
  /** The peer closed with nothing received. */
  | "closed"
  /** The peer closed, or fell silent, in the middle of a message. */
  | "cut"
  /** The connection was lost, not closed: what came may lack its end. */
  | "lost"
  /** The bytes received break the structure of a message. */
  | "malformed"
  /** More bytes than any message may have. */
  | "oversize";

export type LinkOutput =
  | { readonly type: "write"; readonly bytes: Uint8Array }
  /** The peer holds the whole message, as far as this link can know. */
  | { readonly type: "sent" }
  /**
   * A whole message came, and the line is free again. `late`: it cannot be the answer to what was sent last,
   * because that never reached the terminal or was not sent yet.
   */
  | { readonly type: "message"; readonly data: Uint8Array; readonly late: boolean }
  /**
   * `before`: the peer certainly holds no complete message of ours. `after`: it may. `received`: bytes that did
   * not make a message, as evidence.
   */
  | {
      readonly type: "failed";
      readonly stage: "before" | "after";
      readonly fault: LinkFault;
      readonly received: Uint8Array;
      /** Where the structure broke, for `malformed`. */
      readonly offset?: number;
    }
  /** Bytes that belong to no message; noise is counted and traced, never an error. */
  | { readonly type: "discarded"; readonly bytes: Uint8Array; readonly why: string };

export interface Link {
  step(input: LinkInput, now: Millis): readonly LinkOutput[];
  /** When to call `step({ type: "tick" })`; `undefined` when only bytes or a send can change anything. */
  readonly deadline: Millis | undefined;
  /** True when nothing is being sent or received: the machine may be left alone. */
  readonly idle: boolean;
  /**
   * What has come of a message whose end has not; empty where none has begun. Only of a link whose messages a silence
   * ends: whoever gives up waiting keeps it as evidence.
   */
  readonly unfinished?: Uint8Array;
  /** How often each kind of bad byte or event was met. */
  readonly counters: Readonly<Record<string, number>>;
}
