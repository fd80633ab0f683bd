/**
 * The shape of a Concert V3 message once it is no longer bytes.
 * @module
 */

/** One element. Constructed tags (`Z*`) hold tags, all others text of one character per byte (Latin-1). */
export interface Tag {
  readonly name: string;
  readonly value: string | readonly Tag[];
}

/** A breach of the rules that leaves the structure readable (protocol.md 1). The message is still used. */
export interface Warning {
  /**
   * `repeated` (the first is kept), `first-tag` (CZ is not first), `length`, `alphabet`, `value` (against the
   * dictionary), `direction`, `nesting`.
   */
  readonly code: "repeated" | "first-tag" | "length" | "alphabet" | "value" | "direction" | "nesting";
  readonly tag: string;
  /** Offset of the element, from 0. */
  readonly offset: number;
  /** One sentence, masked. */
  readonly message: string;
  /** The value that was dropped, of a repeated tag, masked. */
  readonly dropped?: string;
}

export interface Message {
  /** In the order received; a repeated tag appears once, ZT as often as it came. */
  readonly tags: readonly Tag[];
  readonly warnings: readonly Warning[];
  /** Text of the first tag of that name; `undefined` when absent or constructed. */
  get(name: string): string | undefined;
  /** All tags of that name. */
  all(name: string): readonly Tag[];
}
