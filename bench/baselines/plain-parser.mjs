/** Baseline: the plainest parser that yields the same tags, and validates nothing: `TextDecoder` and `slice`. */

/** UTF-8, the fastest decoder there is; right only for ASCII, which the messages of the bench are. */
const decoder = new TextDecoder();

export function parsePlainly(bytes) {
  return tagsOf(decoder.decode(bytes));
}

function tagsOf(text) {
  const tags = [];
  for (let at = 0; at < text.length;) {
    const name = text.slice(at, at + 2);
    const end = at + 5 + Number(text.slice(at + 2, at + 5));
    const value = text.slice(at + 5, end);
    tags.push({ name, value: name[0] === "Z" ? tagsOf(value) : value });
    at = end;
  }
  return tags;
}
