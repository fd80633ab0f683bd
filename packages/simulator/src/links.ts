/**
 * The link a terminal speaks on: bare messages over IP, or the serial dialogue, which V2 uses over TCP too
 * (protocol.md 8.3).
 * @module
 */
import { SerialLink, StreamLink, type Dialect, type Link } from "@concert-pay/core";
import { FINANCIAL } from "./model/request.ts";

export type Framing = "stream" | "serial";

/** A request comes in one write, so its end is near; long enough for one that a slow network has cut. */
export const REQUEST_QUIET_MS = 100;
/** The same, while a compulsory tag is missing: a cut between two tags looks like an end, and is refused as one. */
export const REQUEST_PATIENCE_MS = 5_000;
const COMPULSORY: readonly string[] = ["CZ", "CJ", "CA", "CD"];
const WHERE_MONEY_MOVES: readonly string[] = [...COMPULSORY, "CB", "CE"];
/** Terminals are known to send more than 512 bytes where tickets are asked for; nothing is published. */
const MAX_ANSWER_BYTES = 70_000;

/** How messages are framed on a socket. */
export function ipFraming(dialect: Dialect): Framing {
  return dialect === "v3" ? "stream" : "serial";
}

export function terminalLink(
  framing: Framing,
  requestQuietMs: number = REQUEST_QUIET_MS,
  baudRate?: number,
): Link {
  if (framing === "stream")
    return new StreamLink({
      endTags: ["CD"],
      quietMs: requestQuietMs,
      quietAfterMs: (tags, action = "") =>
        (FINANCIAL.includes(action) ? WHERE_MONEY_MOVES : COMPULSORY).every((tag) => tags.has(tag))
          ? requestQuietMs
          : Math.max(requestQuietMs, REQUEST_PATIENCE_MS),
    });
  return new SerialLink({
    role: "terminal",
    maxSend: MAX_ANSWER_BYTES,
    strictSend: false,
    maskBit7: true,
    ...(baudRate === undefined ? {} : { baudRate }),
  });
}
