/**
 * Fixed fields: reading them by offset, and refusing what would shift the ones behind (protocol.md 8).
 * @module
 */
import { ConcertError, badRequest } from "../../errors.ts";
import { decodeLatin1, requireBytes } from "../ascii.ts";

/** Largest amount of 8 digits. */
export const MAX_V2_AMOUNT = 99_999_999;

/** Text of a frame's data whose length is one of `lengths`. @throws ConcertError `BAD_MESSAGE` naming what it is */
export function fixedText(data: Uint8Array, lengths: readonly number[], what: string): string {
  requireBytes("data", data);
  if (lengths.includes(data.length)) return decodeLatin1(data);
  throw new ConcertError(
    "BAD_MESSAGE",
    `a V2 ${what} has ${lengths.join(" or ")} characters; this has ${data.length}`,
    { offset: Math.min(data.length, Math.max(...lengths)), field: "length" },
  );
}

/** `length` digits at `offset`. @throws ConcertError `BAD_MESSAGE` at the first character that is not one */
export function digitsAt(text: string, offset: number, length: number, field: string): string {
  const digits = text.slice(offset, offset + length);
  const bad = digits.search(/\D/);
  if (bad === -1) return digits;
  throw new ConcertError("BAD_MESSAGE", `${field} is not ${length} digits, at offset ${offset + bad}`, {
    offset: offset + bad,
    field,
    value: digits,
  });
}

/** @throws ConcertError `BAD_REQUEST` unless the value is that many digits */
export function requireDigits(field: string, value: string, length: number): string {
  if (typeof value === "string" && value.length === length && /^\d+$/.test(value)) return value;
  throw badRequest(field, `${length} digits`, value);
}

/** NUL, STX and ETX: no frame carries them (protocol.md 7.2). */
const NEVER_IN_A_FRAME = "\u0000\u0002\u0003";

/**
 * What a terminal may send can be written again, so only what would end or break the frame is refused.
 * @throws ConcertError `BAD_REQUEST` unless the value is that many Latin-1 characters, none of them NUL, STX or ETX
 */
export function requireText(field: string, value: string, length: number): string {
  const isText =
    typeof value === "string" &&
    value.length === length &&
    Array.from(value).every((character) => character <= "\u00ff" && !NEVER_IN_A_FRAME.includes(character));
  if (isText) return value;
  throw badRequest(field, `${length} character${length === 1 ? "" : "s"} that a frame carries`, value);
}

/** Eight digits. @throws ConcertError `BAD_REQUEST` unless it is an integer that has no more */
export function requireAmount(amount: number): string {
  if (Number.isInteger(amount) && amount >= 0 && amount <= MAX_V2_AMOUNT)
    return String(amount).padStart(8, "0");
  throw badRequest("amount", `an integer of minor units, 0 to ${MAX_V2_AMOUNT}`, amount);
}
