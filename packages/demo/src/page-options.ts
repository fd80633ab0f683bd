/**
 * What the page's address may choose: `?terminal=page|bridge|serial&bridge=URL&profile=NAME&line=9600-7E1` and
 * `&lang=fr|en&theme=dark`.
 * @module
 */
import { PROFILES } from "@concert-pay/core";
import { langOf, type Lang } from "@concert-pay/element";
import type { TerminalChoice } from "./sale.ts";

export type Way = TerminalChoice["way"];
export const WAYS: readonly Way[] = ["page", "bridge", "serial"];

export type Theme = "auto" | "light" | "dark";
export const THEMES: readonly Theme[] = ["auto", "light", "dark"];

export interface PageOptions extends TerminalChoice {
  /** How the serial line is set, as written: the element says what is wrong with it. */
  readonly line: string | undefined;
  readonly lang: Lang;
  readonly theme: Theme;
}

/** Where `concert-bridge --terminal counter-1=...` listens. */
export const DEFAULT_BRIDGE = "ws://127.0.0.1:8765/terminals/counter-1";

/** Unknown values are passed over. Without a choice: the bridge where its address is given, else the page's own. */
export function readOptions(search: string, browserLanguage: string): PageOptions {
  const query = new URLSearchParams(search);
  const bridge = query.get("bridge") ?? undefined;
  const oneOf = <T extends string>(name: string, known: readonly T[], standard: T): T =>
    known.find((value) => value === query.get(name)) ?? standard;
  return {
    way: oneOf("terminal", WAYS, bridge === undefined ? "page" : "bridge"),
    bridge: bridge ?? DEFAULT_BRIDGE,
    profile: oneOf(
      "profile",
      PROFILES.map(({ name }) => name),
      "generic",
    ),
    line: query.get("line") ?? undefined,
    lang: langOf(query.get("lang") ?? browserLanguage),
    theme: oneOf("theme", THEMES, "auto"),
  };
}
