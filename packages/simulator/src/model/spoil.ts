/**
 * Bytes that are no answer (issue: "an answer of 65 KiB", "CZ00X0300", "AE00510").
 * @module
 */
import { encodeLatin1, MAX_MESSAGE_BYTES } from "@concert-pay/core";
import type { AnswerPlan } from "./behaviour.ts";

export function spoil(how: NonNullable<AnswerPlan["spoilt"]>, answer: Uint8Array): Uint8Array {
  switch (how) {
    case "garbage":
      // Latin-1 of all kinds, but no control byte: on a serial line those would end the frame.
      return Uint8Array.from({ length: 64 }, (_, index) => 0x20 + ((index * 37) % 0x5f));
    case "bad-length":
      return encodeLatin1("CZ00X0300AE00210");
    case "overrun":
      return concat(answer, encodeLatin1("CF00510"));
    case "oversize":
      return oversize(answer);
  }
}

/** Elements of 999 bytes until no message may be so long. */
function oversize(answer: Uint8Array): Uint8Array {
  const filler = encodeLatin1(`ZZ999${"x".repeat(999)}`);
  const parts = [answer];
  for (let length = answer.length; length <= MAX_MESSAGE_BYTES + 1_024; length += filler.length)
    parts.push(filler);
  return concat(...parts);
}

function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
