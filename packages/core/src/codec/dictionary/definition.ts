/**
 * What the dictionary says about a tag.
 * @module
 */

/** The same words in both languages of the library. */
export interface Names {
  readonly fr: string;
  readonly en: string;
}

/**
 * What a value may be made of.
 *
 * - `digits` 0 to 9
 * - `alphanumeric` digits and capital letters
 * - `text` printable ASCII, 0x20 to 0x7E
 * - `base64` the base64 alphabet, and the white space terminals put into it (protocol.md section 1)
 * - `tags` other tags (constructed)
 */
export type Alphabet = "digits" | "alphanumeric" | "text" | "base64" | "tags";

/** Who writes the tag. `both` where either may. */
export type Direction = "terminal" | "register" | "both";

/** One row of the tag dictionary (protocol.md section 2). */
export interface TagDefinition {
  readonly name: string;
  readonly meaning: Names;
  readonly direction: Direction;
  /** Shortest and longest value, in bytes. 1 to 999 where no source gives a limit. */
  readonly length: readonly [min: number, max: number];
  readonly alphabet: Alphabet;
  /** The only values allowed, each with its meaning; absent where the list is open or not public. */
  readonly values?: Readonly<Record<string, Names>>;
  /** The constructed tag it is confined to. */
  readonly within?: string;
  /** What to know before relying on the row. */
  readonly note?: string;
  /** Keys of protocol.md section 0.1. */
  readonly sources: readonly string[];
}
