/**
 * Bytes that wait for their one reader.
 * @module
 */
export interface MemoryListener {
  bytes(bytes: Uint8Array): void;
  /** The other end closed; `lost`: not in order. */
  closed(lost: boolean): void;
}

export class IncomingBytes implements AsyncIterable<Uint8Array> {
  readonly #waiting: Uint8Array[] = [];
  #ended: { readonly error: Error | undefined } | undefined;
  #listener: MemoryListener | undefined;
  #wake: (() => void) | undefined;

  push(bytes: Uint8Array): void {
    if (this.#ended !== undefined || bytes.length === 0) return;
    if (this.#listener !== undefined) return this.#listener.bytes(bytes);
    this.#waiting.push(bytes);
    this.#wake?.();
  }

  /** Only the first end counts. */
  end(error: Error | undefined): void {
    if (this.#ended !== undefined) return;
    this.#ended = { error };
    this.#listener?.closed(error !== undefined);
    this.#wake?.();
  }

  /** As `end`, by the reader's own side: its listener knows. */
  stop(error: Error | undefined): void {
    this.#listener = undefined;
    this.end(error);
  }

  listen(listener: MemoryListener): void {
    this.#listener = listener;
    for (const bytes of this.#waiting.splice(0)) listener.bytes(bytes);
    if (this.#ended !== undefined) listener.closed(this.#ended.error !== undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const next = this.#waiting.shift();
      if (next !== undefined) yield next;
      else if (this.#ended === undefined) await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (this.#ended.error !== undefined) throw this.#ended.error;
      else return;
    }
  }
}
