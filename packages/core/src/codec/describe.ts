/**
 * A tag in words, from the dictionary: for inspectors, traces and support.
 * @module
 */
import { maskCardNumbers, maskPan } from "../mask.ts";
import { currencyByCode } from "./currencies.ts";
import { tagDefinition, type TagDefinition } from "./dictionary.ts";
import type { Tag } from "./message.ts";
import { afReason, applicationNames, type Names } from "./names.ts";

/** What is known of one tag and its value. */
export interface TagDescription {
  readonly name: string;
  /** The dictionary's row; `undefined` for a tag the public sources do not know. */
  readonly definition: TagDefinition | undefined;
  /** The value, card numbers masked; of a constructed tag, empty. */
  readonly text: string;
  /** What that value means, where it is one of a list. */
  readonly value: Names | undefined;
  /** The tags inside a constructed one. */
  readonly inside: readonly TagDescription[];
}

/** Describes one tag, and those inside it. */
export function describeTag(tag: Tag): TagDescription {
  const { name, value } = tag;
  const definition = tagDefinition(name);
  if (typeof value !== "string")
    return { name, definition, text: "", value: undefined, inside: value.map(describeTag) };
  const names = definition === undefined ? undefined : valueNames(definition, value);
  const text = maskCardNumbers(name === "AA" ? maskPan(value) : value);
  return { name, definition, text, value: names, inside: [] };
}

function valueNames({ name, values }: TagDefinition, value: string): Names | undefined {
  if (values !== undefined) return Object.hasOwn(values, value) ? values[value] : undefined;
  switch (name) {
    case "AF": {
      const reason = afReason(value);
      return reason === undefined ? undefined : { fr: reason.fr, en: reason.en };
    }
    case "CC":
      return applicationNames(value);
    case "CE": {
      const currency = currencyByCode(value);
      return currency === undefined ? undefined : { fr: currency.letters, en: currency.letters };
    }
    default:
      return undefined;
  }
}
