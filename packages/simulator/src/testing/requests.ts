/**
 * Requests as bytes, good ones and bad ones.
 * @module
 */
import { encodeMessage, type Tag } from "@concert-pay/core";

/** A message of those tags; `undefined` leaves one out. */
export function message(tags: Readonly<Record<string, string | undefined>>): Uint8Array {
  const list = Object.entries(tags).flatMap(([name, value]): Tag[] =>
    value === undefined ? [] : [{ name, value }],
  );
  return encodeMessage(list, { strict: false });
}

/** A debit of that CB, in euros, with more tags or without some. */
export function debit(amount: string, more: Readonly<Record<string, string | undefined>> = {}): Uint8Array {
  return message({ CZ: "0300", CJ: "012345678901", CA: "01", CB: amount, CD: "0", CE: "978", ...more });
}

/** A request that moves no money. */
export function service(action: string, more: Readonly<Record<string, string>> = {}): Uint8Array {
  return message({ CZ: "0300", CJ: "012345678901", CA: "01", CD: action, ...more });
}
