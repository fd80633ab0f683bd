/**
 * What happened in one world, as text for people. Written only when a world is replayed: text costs time.
 * @module
 */

/** Lines that fit on one screen, the heading and the verdict beside them. */
const SCREEN = 36;

export class Log {
  readonly #lines: string[] | undefined;
  readonly #now: () => number;

  constructor(now: () => number, wanted: boolean) {
    this.#now = now;
    this.#lines = wanted ? [] : undefined;
  }

  note(who: string, what: () => string): void {
    this.#lines?.push(
      `${(this.#now() / 1000).toFixed(3).padStart(9)} ${who.padEnd(9)} ${what()}`.slice(0, 118),
    );
  }

  get wanted(): boolean {
    return this.#lines !== undefined;
  }

  /** All of it. */
  get lines(): readonly string[] {
    return this.#lines ?? [];
  }
}

/** The end of a story that is too long, with its beginning. */
export function oneScreen(lines: readonly string[], limit: number = SCREEN): readonly string[] {
  if (lines.length <= limit) return lines;
  const head = 6;
  const tail = limit - head - 1;
  return [
    ...lines.slice(0, head),
    `          ... ${lines.length - head - tail} lines ...`,
    ...lines.slice(-tail),
  ];
}
