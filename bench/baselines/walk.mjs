/** Baseline: only walks the lengths. Nothing that yields tags can be as fast. */
export function walkLengths(bytes) {
  let elements = 0;
  for (let at = 0; at < bytes.length; elements += 1)
    at += 5 + (bytes[at + 2] - 48) * 100 + (bytes[at + 3] - 48) * 10 + (bytes[at + 4] - 48);
  return elements;
}
