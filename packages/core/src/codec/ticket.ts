/**
 * Tickets: ZT{CK,AK}, base64 inside (protocol.md section 6).
 * @module
 */
import { ConcertError, badRequest } from "../errors.ts";
import { base64ToLatin1, latin1ToBase64 } from "./base64.ts";
import type { Tag } from "./message.ts";
import { ticketKindCode } from "./names.ts";

/** One ticket, for the register to print or show. */
export interface Ticket {
  /** From position 2 of CK; `unknown` where it says "both", nothing known, or is absent. */
  readonly recipient: "customer" | "merchant" | "unknown";
  /** From position 3 of CK. HTML comes from the terminal: do not insert it into a page unsanitised. */
  readonly format: "text" | "html";
  /** Exactly as sent, line ends included. */
  readonly text: string;
}

/** Longest AK (protocol.md 2.1): 900 characters of base64, so 675 bytes of text when they are not wrapped. */
const MAX_AK = 900;
/** Where the base64 of a PayXpress terminal is broken into lines. */
const LINE = 76;

/**
 * Reads one ZT.
 * @throws ConcertError `BAD_MESSAGE` with `tag` and, in `raw`, the text that could not be read: ZT is not
 * constructed, has no AK, or AK is not base64
 */
export function decodeTicket(tag: Tag): Ticket {
  if (typeof tag !== "object" || tag === null) throw badRequest("tag", "a ZT tag", tag);
  const broken = (name: string, why: string, raw: string): ConcertError =>
    new ConcertError("BAD_MESSAGE", `${name} ${why}`, { tag: name, raw });
  const { name, value } = tag;
  if (name !== "ZT") throw broken(name, "is not a ticket (ZT)", typeof value === "string" ? value : "");
  if (typeof value === "string") throw broken("ZT", "cannot be read as CK and AK", value);
  const ak = inner(value, "AK");
  if (ak === undefined) throw broken("ZT", "holds no text (AK)", "");
  const text = base64ToLatin1(ak);
  if (text === undefined) throw broken("AK", "is not base64", ak);
  const ck = inner(value, "CK") ?? "";
  const recipient = ck[1] === "0" ? "customer" : ck[1] === "1" ? "merchant" : "unknown";
  return { recipient, format: ck[2] === "1" ? "html" : "text", text };
}

/** What {@link encodeTicket} writes. */
export interface TicketToEncode {
  /** `unknown` is written as "both". */
  readonly recipient: Ticket["recipient"];
  readonly format: Ticket["format"];
  /** Latin-1, at most 675 bytes (666 when wrapped). */
  readonly text: string;
  /** A line feed after every 76 characters of base64 and at the end, as PayXpress terminals send it. Default false. */
  readonly wrap?: boolean;
}

/**
 * Writes one ZT: for an answer, or for a print request (CD=P).
 * @throws ConcertError `BAD_REQUEST` naming `text` when it is empty, not Latin-1, or does not fit into AK
 */
export function encodeTicket(ticket: TicketToEncode): Tag {
  const { recipient, format, text, wrap = false } = ticket;
  if (typeof text !== "string" || text === "")
    throw badRequest("text", "a text of at least one character", text);
  for (let index = 0; index < text.length; index += 1)
    if (text.charCodeAt(index) > 0xff) throw badRequest("text", "Latin-1 text (characters up to 0xFF)", text);
  const base64 = latin1ToBase64(text);
  const ak = wrap ? base64.replace(new RegExp(`.{1,${LINE}}`, "g"), "$&\n") : base64;
  if (ak.length > MAX_AK)
    throw badRequest("text", `short enough for the ${MAX_AK} characters of AK`, `${text.length} characters`);
  const kind = { byRegister: true, recipient: recipient === "unknown" ? "both" : recipient, format } as const;
  return {
    name: "ZT",
    value: [
      { name: "CK", value: ticketKindCode(kind) },
      { name: "AK", value: ak },
    ],
  };
}

function inner(tags: readonly Tag[], name: string): string | undefined {
  const value = tags.find((tag) => tag.name === name)?.value;
  return typeof value === "string" ? value : undefined;
}
