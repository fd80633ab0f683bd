/** Baseline: plain concatenation, then `TextEncoder`. Validates nothing. */
const encoder = new TextEncoder();

export function writePlainly(tags) {
  return encoder.encode(textOf(tags));
}

function textOf(tags) {
  let text = "";
  for (const { name, value } of tags) {
    const inside = typeof value === "string" ? value : textOf(value);
    text += name + String(inside.length).padStart(3, "0") + inside;
  }
  return text;
}
