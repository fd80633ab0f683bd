/**
 * The disk that all pages share, and the journal that one page writes on it. A page's operations are done one after
 * the other, as `web-journal` does them; what was under way when the page died may or may not be on the disk.
 * @module
 */
import { ConcertError, isForgettable, supersedes, type Journal, type JournalRecord } from "@concert-pay/core";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

export class Disk {
  readonly #entries = new Map<string, JournalRecord>();

  get entries(): readonly JournalRecord[] {
    return [...this.#entries.values()];
  }

  get(key: string): JournalRecord | undefined {
    return this.#entries.get(key);
  }

  put(entry: JournalRecord): void {
    if (!supersedes(entry, this.get(entry.key))) return;
    if (isForgettable(entry)) this.#entries.delete(entry.key);
    else this.#entries.set(entry.key, entry);
  }
}

interface Operation {
  readonly run: () => void;
  readonly atDeath: () => void;
}

export function pageJournal(world: World, life: Life): Journal {
  const { clock, random, disk, tally } = world;
  /** Operations of this page that are not done. */
  const waiting = new Set<Operation>();
  let freeAt = 0;
  life.onDeath(() => {
    for (const { atDeath } of waiting) atDeath();
    waiting.clear();
  });

  /** Runs when it is this operation's turn, so long after that. */
  function inTurn(takesMs: number, operation: Operation): void {
    freeAt = Math.max(freeAt, clock.now()) + takesMs;
    if (freeAt <= clock.now() && waiting.size === 0) return operation.run();
    waiting.add(operation);
    clock.setTimer(freeAt, () => {
      if (waiting.delete(operation)) operation.run();
    });
  }

  function drawTrouble(): "none" | "refused" | "refused but kept" | "stalled" {
    if (world.calm || !random.chance(world.plan.journalTrouble)) return "none";
    const trouble = random.weighted([
      [4, "refused"],
      [3, "refused but kept"],
      [2, "stalled"],
    ] as const);
    tally.faults[`journal ${trouble}`] += 1;
    return trouble;
  }

  const takes = (): number => (random.chance(0.6) ? 0 : random.between(1, 40));
  const failed = (): ConcertError => new ConcertError("JOURNAL_FAILED", "the disk refused");

  return {
    entries: () =>
      new Promise((resolve, reject) => {
        if (!life.step()) return;
        const trouble = drawTrouble();
        const run = (): void => {
          const entries = disk.entries;
          if (trouble === "refused") life.run(() => reject(failed()));
          else life.run(() => resolve(entries));
        };
        inTurn(trouble === "stalled" ? 12_000 : takes(), { run, atDeath: () => {} });
      }),
    record: (entry) =>
      new Promise((resolve, reject) => {
        // Dying right here: the browser had taken it over, or not.
        if (!life.step()) return void (random.chance(0.5) && keep(entry));
        const trouble = drawTrouble();
        if (trouble !== "none") world.log.note("journal", () => `${trouble}: ${describe(entry)}`);
        const run = (): void => {
          if (trouble !== "refused") keep(entry);
          if (!life.step()) return;
          if (trouble === "refused" || trouble === "refused but kept") life.run(() => reject(failed()));
          else life.run(() => resolve());
        };
        const atDeath = (): void => void (trouble !== "refused" && random.chance(0.5) && keep(entry));
        inTurn(trouble === "stalled" ? random.between(5_000, 25_000) : takes(), { run, atDeath });
      }),
  };

  function keep(entry: JournalRecord): void {
    disk.put(entry);
    world.log.note("journal", () => describe(entry));
  }
}

function describe(entry: JournalRecord): string {
  if (entry.kind === "question")
    return `${entry.action} ${entry.state === "settled" ? "answered" : "may be asked"}`;
  if (entry.kind !== "payment") return `${entry.key} ${entry.kind}`;
  return `${entry.key} ${entry.state} ${entry.outcome ?? entry.doubt ?? ""} ${entry.settledBy?.by ?? ""}`.trimEnd();
}
