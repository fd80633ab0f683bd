/**
 * Card numbers on a ticket, as a reader sees them: whatever markup stands between their digits (pitfall 14).
 * @module
 */
import type { Ticket } from "../codec/ticket.ts";
import { GROUP_SEPARATOR, maskCardNumbers } from "../mask.ts";

/** What can only be a card number: the SIRET of a French ticket has 14 digits and stays (docs/decisions/006). */
const CARD_NUMBER = new RegExp(
  [
    String.raw`(?<!\d)(?:\d{13}|\d{15,19})(?!\d)`,
    String.raw`(?<![\w-])\d{4}(${GROUP_SEPARATOR})(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{5})(?![\w-])`,
  ].join("|"),
  "g",
);

/** The text of the ticket, in its own format, with every card number masked. */
export function maskTicket({ format, text }: Ticket): string {
  return format === "html" ? maskMarkup(text) : maskText(text);
}

function maskText(text: string): string {
  return text.replace(CARD_NUMBER, (number) => maskCardNumbers(number));
}

/** Only digits are replaced, each with all that stands for it. */
function maskMarkup(html: string): string {
  const shown = shownBy(html);
  const text = shown.map(({ character }) => character).join("");
  const masked = maskText(text);
  let result = "";
  let end = 0;
  for (const [index, { from, to }] of shown.entries()) {
    if (masked[index] === text[index]) continue;
    result += `${html.slice(end, from)}*`;
    end = to;
  }
  return result + html.slice(end);
}

/** One character as it is shown, and where in the markup it comes from. */
interface Shown {
  readonly character: string;
  readonly from: number;
  readonly to: number;
}

const PIECE = /<!--[^]*?-->|<\/?([a-z\d]*)[^>]*>|&(?:#(\d+)|#x([\da-f]+)|(\w+));?|[^]/gi;
const NAMED: Readonly<Record<string, string>> = { nbsp: "\u00a0", period: ".", hyphen: "-", dash: "-" };
/** Cells are read one beside the other; what begins a line is not read on from the one before. */
const BESIDE = /^t[dh]$/i;
const BELOW = /^(?:br|p|div|tr|li|ul|ol|table|h\d|hr|pre)$/i;

function shownBy(html: string): readonly Shown[] {
  return Array.from(html.matchAll(PIECE), (piece) => {
    const from = piece.index;
    return { character: characterOf(piece), from, to: from + piece[0].length };
  }).filter(({ character }) => character !== "");
}

/** Of one UTF-16 unit, as positions are counted; empty for what is not shown. */
function characterOf([whole, element, decimal, hexadecimal, name]: RegExpMatchArray): string {
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal);
  if (code < 0x10000) return String.fromCharCode(code);
  if (name !== undefined) return NAMED[name] ?? "?";
  if (element === undefined) return whole.length === 1 ? whole : whole.startsWith("<") ? "" : "?";
  if (BESIDE.test(element)) return " ";
  return BELOW.test(element) ? "\n" : "";
}
