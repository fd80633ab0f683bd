/**
 * What a message tells of the terminal that sent it, by content alone (protocol.md 9): V3 data starts with CZ, a V2
 * answer is 25 or 80 characters of fixed fields.
 * @module
 */
import type { Message } from "../codec/message.ts";
import { decodeMessage } from "../codec/tlv.ts";
import { decodeV2Response } from "../codec/v2/response.ts";

export type Told =
  /** CZ and CJ, where the message has them. */
  | { readonly dialect: "v3"; readonly version?: string; readonly identifier?: string }
  | { readonly dialect: "v2" };

/** `undefined`: neither. */
export function told(data: Uint8Array): Told | undefined {
  const message = readTags(data);
  if (message !== undefined) {
    const [version, identifier] = [message.get("CZ"), message.get("CJ")];
    return {
      dialect: "v3",
      ...(version === undefined ? {} : { version }),
      ...(identifier === undefined ? {} : { identifier }),
    };
  }
  if (startsWithCz(data)) return { dialect: "v3" };
  return isV2Answer(data) ? { dialect: "v2" } : undefined;
}

/** Codes of AF that refuse the request itself: its form, or its action (protocol.md 4.2). Neither charges anything. */
const REFUSED_REQUEST: readonly (string | undefined)[] = ["09", "12"];

/**
 * The answer to CD=I, or its refusal: some terminals leave CD out of that (protocol.md 3.1). Another answer without CD
 * may be to an earlier payment.
 */
export function answersIdentification(data: Uint8Array): boolean {
  const message = readTags(data);
  const action = message?.get("CD");
  if (action !== undefined) return action === "I";
  return message?.get("AE") === "01" && REFUSED_REQUEST.includes(message.get("AF")?.slice(0, 2));
}

function readTags(data: Uint8Array): Message | undefined {
  try {
    const message = decodeMessage(data);
    return message.get("CZ") === undefined && message.get("AE") === undefined ? undefined : message;
  } catch {
    return undefined;
  }
}

function isV2Answer(data: Uint8Array): boolean {
  try {
    decodeV2Response(data);
    return true;
  } catch {
    return false;
  }
}

/** A message that breaks off is one all the same. */
function startsWithCz([first, second]: Uint8Array): boolean {
  return first === 0x43 && second === 0x5a;
}
