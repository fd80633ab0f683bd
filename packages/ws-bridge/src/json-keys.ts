/**
 * What `JSON.parse` passes over in silence: a name that stands twice in one object, of which the last one wins.
 * @module
 */

/** @param json valid JSON */
export function repeatedKey(json: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  const tokens = json.match(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g) ?? [];
  for (const [index, token] of tokens.entries()) {
    if (token === "{") objects.push(new Set());
    if (token === "[") objects.push(undefined);
    if (token === "}" || token === "]") objects.pop();
    const keys = objects.at(-1);
    if (keys === undefined || tokens[index + 1] !== ":") continue;
    const key = JSON.parse(token) as string;
    if (keys.has(key)) return key;
    keys.add(key);
  }
  return undefined;
}
