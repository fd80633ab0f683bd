/**
 * Every tag of protocol.md section 2, in one table: it drives validation, the documentation's tag table and the
 * inspector.
 * @module
 */
import type { TagDefinition } from "./dictionary/definition.ts";
import { REGISTER_TAGS } from "./dictionary/register-tags.ts";
import { SHARED_TAGS } from "./dictionary/shared-tags.ts";
import { TERMINAL_TAGS } from "./dictionary/terminal-tags.ts";

export type { Alphabet, Direction, TagDefinition } from "./dictionary/definition.ts";

/** All known tags, in alphabetical order. */
export const DICTIONARY: readonly TagDefinition[] = [...TERMINAL_TAGS, ...REGISTER_TAGS, ...SHARED_TAGS].sort(
  (a, b) => (a.name < b.name ? -1 : 1),
);

const BY_NAME: ReadonlyMap<string, TagDefinition> = new Map(DICTIONARY.map((tag) => [tag.name, tag]));

/** The row of a tag; `undefined` for a tag the public sources do not know. */
export function tagDefinition(name: string): TagDefinition | undefined {
  return BY_NAME.get(name);
}
