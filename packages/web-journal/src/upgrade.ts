/**
 * Older formats, one step at a time. Version 1 knew payments only and did not name their kind; version 2 knew no
 * questions.
 * @module
 */
import { FORMAT_VERSION } from "./log-format.ts";

/** `UPGRADES[n]` turns the fields of a record of version n into those of version n + 1. */
const UPGRADES: Readonly<Record<number, (fields: Record<string, unknown>) => Record<string, unknown>>> = {
  1: (fields) => ({ kind: "payment", ...fields }),
  2: (fields) => fields,
};

/** The payload as this version would have written it. What is no JSON object comes back as it is. */
export function upgradePayload(payload: string, version: number): string {
  if (version >= FORMAT_VERSION) return payload;
  try {
    let fields = JSON.parse(payload) as Record<string, unknown>;
    for (let from = version; from < FORMAT_VERSION; from += 1) fields = UPGRADES[from]?.(fields) ?? fields;
    return JSON.stringify(fields);
  } catch {
    return payload;
  }
}
