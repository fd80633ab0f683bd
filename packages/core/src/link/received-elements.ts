/**
 * Bytes received so far and how far they make whole elements, each byte looked at once however they are cut.
 * @module
 */
import { scanElements } from "../codec/scan.ts";

/** White space some terminals put around an answer (protocol.md 12.9); it is no element and harmless. */
const isBlank = (byte: number | undefined): boolean =>
  byte === 0x0d || byte === 0x0a || byte === 0x20 || byte === 0;

export class ReceivedElements {
  /** Names of the whole elements. */
  readonly tags: Set<string> = new Set();
  /** Value of the first CD of one byte. */
  action: string | undefined;
  /** Where the first element begins: after blanks. */
  start = 0;
  /** Where the whole elements end. */
  wholeUpTo = 0;
  /** True when whole elements, at least one, are all there is but for blanks around them. */
  tidy = false;
  #bytes: Uint8Array = new Uint8Array(256);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** A copy of all that has come. */
  get all(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(length, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = length;
  }

  /** Reads on from where it stopped. Blanks after whole elements leave them whole, until more comes. */
  read(): "nothing" | "whole" | "incomplete" | "broken" {
    const bytes = this.#bytes.subarray(0, this.#length);
    while (this.wholeUpTo === this.start && this.start < bytes.length && isBlank(bytes[this.start]))
      this.wholeUpTo = this.start += 1;
    if (this.start === bytes.length) return "nothing";
    const { type, tags, action, offset } = scanElements(bytes, this.wholeUpTo);
    for (const tag of tags) this.tags.add(tag);
    this.action ??= action;
    this.wholeUpTo = offset;
    // A blank may be the end of a value (AK ends with a line feed), so only what no element can begin with is cut.
    this.tidy = offset > this.start && bytes.subarray(offset).every(isBlank);
    if (this.tidy) return "whole";
    return type === "broken" ? "broken" : "incomplete";
  }

  /** Everything received, and the message in it without the blanks around; then begins anew. */
  take(): { readonly received: Uint8Array; readonly message: Uint8Array } {
    const received = this.all;
    const message = received.subarray(this.start, this.tidy ? this.wholeUpTo : this.#length);
    this.tags.clear();
    this.action = undefined;
    this.start = this.wholeUpTo = this.#length = 0;
    this.tidy = false;
    return { received, message };
  }
}
