/**
 * Card numbers on a ticket, as a reader sees them: whatever markup stands between their digits (pitfall 14).
 * @module
 */
import type { Ticket } from "../codec/ticket.ts";
import { hideMiddle } from "../mask.ts";

/** What can only be a card number: the SIRET of a French ticket has 14 digits and stays (docs/decisions/006). */
const CARD_NUMBER = new RegExp(
  [
    String.raw`(?<!\d)(?:\d{13}|\d{15,19})(?!\d)`,
    String.raw`(?<![\w-])\d{4}([ .\u00a0\u2000-\u200a\u202f-])(?:\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{6}\1\d{5})(?![\w-])`,
  ].join("|"),
  "g",
);

/** Groups divided in any way but by a line's end: figures beside each other, where they are not of a card. */
const GROUPS = /(?<![\w.-])\d{4}(?:[^\w\n,;:/]{1,4}\d{4}){2}[^\w\n,;:/]{1,4}\d{1,7}(?![\w-])/g;

/** The text of the ticket, in its own format, with every card number masked. */
export function maskTicket({ format, text }: Pick<Ticket, "format" | "text">): string {
  // What markup holds beside the text, in attributes and comments, too.
  return maskText(format === "html" ? maskMarkup(text) : text);
}

function maskText(text: string): string {
  return text
    .replace(CARD_NUMBER, (number) => hideMiddle(number, /\d/g))
    .replace(GROUPS, (groups) =>
      isCardNumber(groups.replace(/\D/g, "")) ? hideMiddle(groups, /\d/g) : groups,
    );
}

/** By length and Luhn's check digit (ISO/IEC 7812-1, annex B). */
function isCardNumber(digits: string): boolean {
  if (digits.length < 13 || digits.length > 19) return false;
  const sum = Array.from(digits, Number)
    .reverse()
    .reduce((total, digit, index) => {
      const doubled = index % 2 === 1 ? 2 * digit : digit;
      return total + (doubled > 9 ? doubled - 9 : doubled);
    }, 0);
  return sum % 10 === 0;
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

const PIECE = /<!--[^]*?-->|<\/?([a-z][a-z\d]*)[^>]*>|<![^>]*>|&(?:#(\d+)|#x([\da-f]+)|(\w+));?|[^]/gi;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["nbsp", "\u00a0"],
  ["ensp", " "],
  ["emsp", " "],
  ["thinsp", " "],
  ["shy", ""],
  ["zwj", ""],
  ["zwnj", ""],
  ["period", "."],
  ["hyphen", "-"],
  ["dash", "-"],
]);
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
  if (name !== undefined) return NAMED.get(name) ?? "?";
  // A line's end in markup is a blank.
  if (element === undefined)
    return whole === "\n" ? " " : whole.length === 1 ? whole : whole.startsWith("<") ? "" : "?";
  if (BESIDE.test(element)) return " ";
  return BELOW.test(element) ? "\n" : "";
}
