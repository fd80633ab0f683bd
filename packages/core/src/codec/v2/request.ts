/**
 * V2 requests: 26 characters (dialect "E") or 34 ("E+"), without the frame (protocol.md 8.1).
 * @module
 */
import { badRequest } from "../../errors.ts";
import { encodeLatin1 } from "../ascii.ts";
import { digitsAt, fixedText, requireAmount, requireDigits, requireText } from "./fields.ts";
import type { V2Request } from "./types.ts";

const E = 26;
const E_PLUS = 34;

/**
 * Reads the data of a request frame. Register, amount and currency must be digits; the other fields are taken as
 * they are.
 * @throws ConcertError `BAD_MESSAGE` with `offset`
 */
export function decodeV2Request(data: Uint8Array): V2Request {
  const text = fixedText(data, [E, E_PLUS], "request");
  const common = {
    register: digitsAt(text, 0, 2, "register"),
    amount: Number(digitsAt(text, 2, 8, "amount")),
    ind: text.slice(10, 11),
    mode: text.slice(11, 12),
    type: text.slice(12, 13),
    currency: digitsAt(text, 13, 3, "currency"),
    private: text.slice(16, 26),
  };
  if (text.length === E) return { dialect: "E", ...common };
  return { dialect: "E+", ...common, delay: text.slice(26, 30), auto: text.slice(30, 34) };
}

/**
 * Writes the data of a request frame. `delay` and `auto` belong to "E+" and are required there.
 * @throws ConcertError `BAD_REQUEST` naming the field
 */
export function encodeV2Request(request: V2Request): Uint8Array {
  if (typeof request !== "object" || request === null)
    throw badRequest("request", "an object of the fields of a V2 request", request);
  const { dialect, delay, auto } = request;
  if (dialect !== "E" && dialect !== "E+") throw badRequest("dialect", `"E" or "E+"`, dialect);
  const common =
    requireDigits("register", request.register, 2) +
    requireAmount(request.amount) +
    requireText("ind", request.ind, 1) +
    requireText("mode", request.mode, 1) +
    requireText("type", request.type, 1) +
    requireDigits("currency", request.currency, 3) +
    requireText("private", request.private, 10);
  if (dialect === "E+")
    return encodeLatin1(common + requireText("delay", delay ?? "", 4) + requireText("auto", auto ?? "", 4));
  if (delay !== undefined) throw badRequest("delay", "left out in dialect E", delay);
  if (auto !== undefined) throw badRequest("auto", "left out in dialect E", auto);
  return encodeLatin1(common);
}
