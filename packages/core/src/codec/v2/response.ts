/**
 * V2 answers: 25 characters, or 80 with REP, without the frame (protocol.md 8.2).
 * @module
 */
import { badRequest } from "../../errors.ts";
import { encodeLatin1 } from "../ascii.ts";
import { digitsAt, fixedText, requireAmount, requireDigits, requireText } from "./fields.ts";
import type { V2Response } from "./types.ts";

const SHORT = 25;
const REP = 55;

/**
 * Reads the data of an answer frame, short or long by its length. Register, amount and currency must be digits; the
 * other fields, STAT included, are taken as they are.
 * @throws ConcertError `BAD_MESSAGE` with `offset`
 */
export function decodeV2Response(data: Uint8Array): V2Response {
  const text = fixedText(data, [SHORT, SHORT + REP], "answer");
  const tail = text.length - 13;
  const fields = {
    register: digitsAt(text, 0, 2, "register"),
    stat: text.slice(2, 3),
    amount: Number(digitsAt(text, 3, 8, "amount")),
    mode: text.slice(11, 12),
    currency: digitsAt(text, tail, 3, "currency"),
    private: text.slice(tail + 3),
  };
  return text.length === SHORT ? fields : { ...fields, rep: text.slice(12, 12 + REP) };
}

/**
 * Writes the data of an answer frame: long where `rep` is given.
 * @throws ConcertError `BAD_REQUEST` naming the field
 */
export function encodeV2Response(response: V2Response): Uint8Array {
  if (typeof response !== "object" || response === null)
    throw badRequest("response", "an object of the fields of a V2 answer", response);
  return encodeLatin1(
    requireDigits("register", response.register, 2) +
      requireText("stat", response.stat, 1) +
      requireAmount(response.amount) +
      requireText("mode", response.mode, 1) +
      (response.rep === undefined ? "" : requireText("rep", response.rep, REP)) +
      requireDigits("currency", response.currency, 3) +
      requireText("private", response.private, 10),
  );
}
