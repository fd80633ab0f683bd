/**
 * Whether what a caller without types hands over can be looked at at all.
 * @module
 */
import type { Message, Tag } from "../codec/message.ts";
import type { V2Request, V2Response } from "../codec/v2/types.ts";

/** A decoded message, bare tags, or the fields of a V2 message: whatever it says, reading it does not throw. */
export function isReadable(message: unknown): message is Message | readonly Tag[] | V2Request | V2Response {
  if (typeof message !== "object" || message === null) return false;
  if (Array.isArray(message)) return message.every(isTag);
  return "register" in message ? hasV2Values(message) : isMessage(message);
}

function isTag(tag: unknown): boolean {
  if (typeof tag !== "object" || tag === null) return false;
  const { name, value } = tag as Partial<Tag>;
  if (typeof name !== "string") return false;
  return typeof value === "string" || (Array.isArray(value) && value.every(isTag));
}

function isMessage(message: object): boolean {
  const { get, tags, warnings } = message as Partial<Message>;
  if (typeof get !== "function" || !Array.isArray(tags) || !Array.isArray(warnings)) return false;
  return tags.every(isTag) && warnings.every((warning) => typeof warning === "object" && warning !== null);
}

/** All of them are text, but for the amount. */
function hasV2Values(fields: object): boolean {
  return Object.entries(fields).every(
    ([name, value]) => value === undefined || typeof value === (name === "amount" ? "number" : "string"),
  );
}
