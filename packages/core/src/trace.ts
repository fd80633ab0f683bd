/**
 * What happened, for support: every event masked before it leaves this module.
 * @module
 */
import { maskCardNumbers, maskPan } from "./mask.ts";

export interface TraceEvent {
  /** Milliseconds on the terminal's clock. */
  readonly at: number;
  readonly kind:
    "open" | "opened" | "write" | "read" | "link" | "phase" | "outcome" | "late" | "closed" | "error";
  /** Masked text; bytes as Latin-1 with control characters named, such as `<STX>`. */
  readonly text: string;
}

const CONTROL: Readonly<Record<number, string>> = {
  0: "<NUL>",
  2: "<STX>",
  3: "<ETX>",
  4: "<EOT>",
  5: "<ENQ>",
  6: "<ACK>",
  10: "<LF>",
  13: "<CR>",
  21: "<NAK>",
};

/** Bytes for people: Latin-1, control characters named, card numbers masked, cut to `limit` characters. */
export function describeBytes(bytes: Uint8Array, limit = 512): string {
  const hidden = hiddenDigits(bytes.subarray(0, limit + LONGEST_CARD_NUMBER));
  let text = "";
  for (const [at, byte] of bytes.subarray(0, limit).entries())
    text += hidden[at] === true ? "*" : describeByte(byte);
  return maskCardNumbers(text) + (bytes.length > limit ? `... (${bytes.length} bytes)` : "");
}

/** 19 digits in groups. */
const LONGEST_CARD_NUMBER = 24;

/**
 * Without what no mask finds in the whole: the text of a ticket, which is base64 (AK, protocol.md 6), and a token in
 * place of a card number (AA, protocol.md 2). Element by element; in what is no elements, wherever one may begin.
 */
function withoutSecrets(text: string): string {
  let hidden = text;
  let at = Math.max(text.search(/CZ\d{3}/), 0);
  for (;;) {
    const header = /^([A-Z]{2})(\d{3})/.exec(text.slice(at)) ?? /(A[AK])(\d{3})/.exec(text.slice(at));
    if (header === null) return hidden;
    const from = at + header.index + 5;
    const [, name, length] = header;
    // Elements are inside.
    const to = name === "ZT" ? from : Math.min(from + Number(length), text.length);
    const value = text.slice(from, to);
    if (name === "AK") hidden = hidden.slice(0, from) + value.replace(/[^\r\n]/g, "*") + hidden.slice(to);
    if (name === "AA") hidden = hidden.slice(0, from) + maskPan(value) + hidden.slice(to);
    at = to;
  }
}

/**
 * Which bytes the mask covers. Looked for before the cut, which could leave twelve digits of sixteen, and in seven
 * bits, because a line may carry parity in the eighth.
 */
function hiddenDigits(bytes: Uint8Array): readonly boolean[] {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte & 0x7f);
  const masked = maskCardNumbers(withoutSecrets(text));
  return Array.from(text, (character, at) => character !== masked[at]);
}

function describeByte(byte: number): string {
  if (byte >= 0x20 && byte !== 0x7f) return String.fromCharCode(byte);
  return CONTROL[byte] ?? `<${byte.toString(16).padStart(2, "0")}>`;
}

/** A sink that masks; `undefined` when nobody listens, so that the text is not even made. */
export type Trace = ((kind: TraceEvent["kind"], text: () => string) => void) | undefined;

export function makeTrace(now: () => number, sink: ((event: TraceEvent) => void) | undefined): Trace {
  if (sink === undefined) return undefined;
  return (kind, text) => {
    try {
      sink({ at: now(), kind, text: maskCardNumbers(text()) });
    } catch {
      // A page's faulty listener must not change what becomes of a payment.
    }
  };
}
