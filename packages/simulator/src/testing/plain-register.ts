/**
 * The plainest register: one socket, bytes out, bytes in, nothing judged. For tests of the terminal's side.
 * @module
 */
import { connect } from "node:net";
import { encodeMessage, type Tag } from "@concert-pay/core";

export interface Heard {
  readonly bytes: Uint8Array;
  /** In the pieces that came. */
  readonly pieces: readonly Uint8Array[];
  /** The terminal closed or reset. */
  readonly closed: boolean;
  readonly reset: boolean;
}

/** A debit of that CB, in euros, with more tags or without some. */
export function debit(amount: string, more: Readonly<Record<string, string | undefined>> = {}): Uint8Array {
  const tags = { CZ: "0300", CJ: "012345678901", CA: "01", CB: amount, CD: "0", CE: "978", ...more };
  return message(tags);
}

/** A message of those tags; `undefined` leaves one out. */
export function message(tags: Readonly<Record<string, string | undefined>>): Uint8Array {
  const list = Object.entries(tags).flatMap(([name, value]): Tag[] =>
    value === undefined ? [] : [{ name, value }],
  );
  return encodeMessage(list, { strict: false });
}

/**
 * Sends and listens until the terminal closes, or `enough` says so, or `waitMs` have passed.
 * @param enough default: half a second after whatever came last, or at once when AE stands in the bytes
 */
export async function exchange(
  port: number,
  request: Uint8Array,
  options: {
    readonly waitMs?: number;
    readonly until?: (heard: Uint8Array) => boolean;
    readonly endAfterSending?: boolean;
  } = {},
): Promise<Heard> {
  const {
    waitMs = 5_000,
    until = (heard) => Buffer.from(heard).includes("AE002"),
    endAfterSending,
  } = options;
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.setNoDelay(true);
  const pieces: Uint8Array[] = [];
  let closed = false;
  let reset = false;
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, waitMs);
    const end = (): void => {
      clearTimeout(timer);
      resolve();
    };
    socket.on("connect", () => {
      if (endAfterSending === true) socket.end(request);
      else if (request.length > 0) socket.write(request);
    });
    socket.on("data", (piece: Uint8Array) => {
      pieces.push(Uint8Array.from(piece));
      if (until(Buffer.concat(pieces))) end();
    });
    socket.on("end", () => {
      closed = true;
      end();
    });
    socket.on("error", () => {
      closed = true;
      reset = true;
      end();
    });
  });
  socket.destroy();
  return { bytes: Uint8Array.from(Buffer.concat(pieces)), pieces, closed, reset };
}
