/**
 * How an answer travels, for whoever holds the connection.
 * @module
 */
import type { Millis } from "@concert-pay/core";
import type { LineFault } from "../line/line-fault.ts";
import type { Behaviour, Pieces } from "./behaviour.ts";

export interface Delivery {
  /** Whole messages; none where the terminal keeps silent. */
  readonly messages: readonly Uint8Array[];
  /** Wait before the first. */
  readonly afterMs: Millis;
  /** Wait between messages. */
  readonly gapMs: Millis;
  readonly pieces?: Pieces;
  readonly hangUp?: "end" | "reset";
  readonly line?: LineFault;
  /** The service restarts once this is sent (CD=R). */
  readonly restart?: boolean;
  /** Told once: every message was handed to the carrier, or could not be. */
  readonly settled?: (sent: boolean) => void;
}

/** Where an answer goes: the connection its request came on. */
export interface ReplyTo {
  /** Counted from 0. */
  readonly connection: number;
  deliver(delivery: Delivery): void;
}

/** An answer that leaves at once. */
export function atOnce(message: Uint8Array, more: Partial<Delivery> = {}): Delivery {
  return { messages: [message], afterMs: 0, gapMs: 0, ...more };
}

/** `message` travels as the behaviour has it; absent: nothing is sent. */
export function travelling(behaviour: Behaviour, message: Uint8Array | undefined): Delivery {
  const { lateMs = 0, repeatMs, pieces, hangUp, line } = behaviour;
  const copies = message === undefined ? [] : repeatMs === undefined ? [message] : [message, message];
  return {
    messages: copies,
    afterMs: lateMs,
    gapMs: repeatMs ?? 0,
    ...(pieces === undefined ? {} : { pieces }),
    ...(hangUp === undefined ? {} : { hangUp }),
    ...(line === undefined ? {} : { line }),
  };
}
