/**
 * Tells Stryker which literals are words for people, so that it does not count changing them. Nothing on the wire and
 * no code, name or state looks like them, so a changed one changes no decision. What stands beside a sentence for
 * programs (an error's code, field, reason, offset) stays in the count.
 * @module
 */

/** A space between two words. */
const SENTENCE = /\p{L}[\p{L}\d'’")]*[,;:]? [\p{L}("0-9$]/u;

/** Expressions that only show a value: nothing in them decides. */
const SHOWS_ONLY = ["Identifier", "MemberExpression", "OptionalMemberExpression", "CallExpression"];

const LANGUAGES = ["fr", "en"];

function isSentence({ node }) {
  if (node.type === "StringLiteral") return SENTENCE.test(node.value);
  if (node.type !== "TemplateLiteral") return false;
  if (!node.expressions.every(({ type }) => SHOWS_ONLY.includes(type))) return false;
  return SENTENCE.test(node.quasis.map(({ value }) => value.raw).join("x"));
}

/** `{ fr: "…", en: "…" }`: the meaning of a code in both languages. */
function isMeaning({ node }) {
  return (
    node.type === "ObjectExpression" &&
    node.properties.length === LANGUAGES.length &&
    node.properties.every(({ key, value }) => LANGUAGES.includes(key?.name) && value.type === "StringLiteral")
  );
}

function isMeaningInOneLanguage({ node }) {
  return (
    node.type === "ObjectProperty" && LANGUAGES.includes(node.key.name) && node.value.type === "StringLiteral"
  );
}

function shouldIgnore(path) {
  const words = isSentence(path) || isMeaning(path) || isMeaningInOneLanguage(path);
  return words ? "words for people" : undefined;
}

export const strykerPlugins = [{ kind: "Ignore", name: "words", value: { shouldIgnore } }];
