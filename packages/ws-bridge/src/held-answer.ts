/**
 * The bytes a terminal sent for one exchange, kept from the first one until the page has them for good, and what pages
 * have had of them. In memory only.
 * @module
 */

import { isDialogue } from "./dialogue.ts";

/**
 * `unread`: no page has had all of it, or it has not come. `relayed`: a page had all so far, and left without a word.
 * `unwanted`: a page closed with 1000 before it came. `delivered`: a page had all, and closed with 1000.
 */
export type Reading = "unread" | "relayed" | "unwanted" | "delivered";

export class HeldAnswer {
  readonly #limit: number;
  #chunks: Buffer[] = [];
  #bytes = 0;
  #whole = true;
  #begun = false;
  #reading: Reading = "unread";

  constructor(limit: number) {
    this.#limit = limit;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A byte of an answer has come, and not of the dialogue around it only. */
  get begun(): boolean {
    return this.#begun;
  }

  /** False once the answer has grown past the limit while a page was reading along: it cannot be given again. */
  get whole(): boolean {
    return this.#whole;
  }

  /** True when the terminal is to be read no further until a page comes. */
  get full(): boolean {
    return this.#bytes >= this.#limit;
  }

  get chunks(): readonly Buffer[] {
    return this.#chunks;
  }

  get reading(): Reading {
    return this.#reading;
  }

  /** A page closed with 1000 and said by it that it waits for nothing more. */
  get declined(): boolean {
    return this.#reading === "delivered" || this.#reading === "unwanted";
  }

  /**
   * @param read a page receives these bytes at the same time. Past the limit such an answer is let go; one that nobody
   * reads is kept, and goes past the limit by one read of the socket at most, since reading stops at `full`.
   */
  add(chunk: Buffer, read: boolean): void {
    this.#begun ||= !isDialogue(chunk);
    // A page that closed with 1000 in the middle of an answer has not had this part of it.
    if (!read) this.#reading = this.declined ? "unwanted" : "unread";
    if (!this.#whole) return;
    if (read && this.#bytes + chunk.length > this.#limit) {
      this.wipe();
      this.#whole = false;
      return;
    }
    // A copy: the socket's read buffer is larger than the chunk and is not ours to wipe.
    this.#chunks.push(Buffer.from(chunk));
    this.#bytes += chunk.length;
  }

  /** A page takes it up, and is given all of it. */
  opened(): void {
    this.#reading = "unread";
  }

  /**
   * The page is gone.
   * @param done it closed with 1000. @param hadAll it was sent all that had come. @param over nothing more will come.
   */
  left({
    done,
    hadAll,
    over,
  }: {
    readonly done: boolean;
    readonly hadAll: boolean;
    readonly over: boolean;
  }): void {
    if (!this.#begun && !over) this.#reading = done ? "unwanted" : "unread";
    else if (!hadAll) this.#reading = "unread";
    else this.#reading = done ? "delivered" : "relayed";
  }

  /** Overwrites what was held: it may name a cardholder. */
  wipe(): void {
    for (const chunk of this.#chunks) chunk.fill(0);
    this.#chunks = [];
    this.#bytes = 0;
  }
}
