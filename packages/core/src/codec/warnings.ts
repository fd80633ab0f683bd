/**
 * What the decoder says about a message that it could read all the same.
 * @module
 */
import { maskCardNumbers } from "../mask.ts";
import type { Tag, Warning } from "./message.ts";
import { lengthWords, type TagRule } from "./rules.ts";

export function firstTag(name: string): Warning {
  return { code: "first-tag", tag: "CZ", offset: 0, message: `CZ is not first; ${name} is` };
}

export function repeated(rule: TagRule, offset: number, dropped: string): Warning {
  return {
    ...about("repeated", rule, offset, "is repeated; the first is kept"),
    dropped: maskCardNumbers(dropped),
  };
}

export function direction(rule: TagRule, offset: number): Warning {
  const [self, other] = rule.side === 1 ? ["terminals", "registers"] : ["registers", "terminals"];
  return about("direction", rule, offset, `is written by ${self}, but a tag before it by ${other}`);
}

export function misplaced(rule: TagRule, offset: number): Warning {
  return about("nesting", rule, offset, `belongs inside ${rule.within}`);
}

export function unreadable(rule: TagRule, offset: number): Warning {
  return about("nesting", rule, offset, "cannot be read as tags; kept as text");
}

export function ticketContents(rule: TagRule, offset: number, tags: readonly Tag[]): Warning {
  return about(
    "nesting",
    rule,
    offset,
    `must hold CK then AK; holds ${tags.map(({ name }) => name).join(", ")}`,
  );
}

export function length(rule: TagRule, offset: number, bytes: number): Warning {
  return about("length", rule, offset, `must be ${lengthWords(rule)}; has ${bytes}`);
}

export function alphabet(rule: TagRule, offset: number, text: string): Warning {
  return about("alphabet", rule, offset, `must be ${rule.alphabetWords}; got ${shown(text)}`);
}

export function value(rule: TagRule, offset: number, text: string): Warning {
  return about("value", rule, offset, `must be one of ${rule.values.join(", ")}; got ${shown(text)}`);
}

function about(code: Warning["code"], { name }: TagRule, offset: number, what: string): Warning {
  return { code, tag: name, offset, message: maskCardNumbers(`${name} ${what}`) };
}

/** Masked whole, then cut: a cut card number would no longer be recognised. */
function shown(text: string): string {
  const masked = maskCardNumbers(text);
  return JSON.stringify(masked.length > 40 ? `${masked.slice(0, 40)}…` : masked);
}
