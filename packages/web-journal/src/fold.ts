/**
 * Records in the order written, brought to the one of every key that counts. What may be forgotten is.
 * @module
 */
import { isForgettable, supersedes, type HistoryLostEntry, type JournalRecord } from "@concert-pay/core";

export class Fold {
  readonly #byKey = new Map<string, JournalRecord>();
  /** Keys with no record since the last damage: the damaged one may have been theirs. */
  readonly #doubted = new Set<string>();
  #entries: readonly JournalRecord[] | undefined;
  #records = 0;

  /** How many records there were, whether or not they count. */
  get records(): number {
    return this.#records;
  }

  add(entry: JournalRecord): void {
    this.#records += 1;
    const held = this.#byKey.get(entry.key);
    if (!supersedes(entry, held) && !(this.#doubted.has(entry.key) && followsDamage(entry, held))) return;
    this.#entries = undefined;
    this.#doubted.delete(entry.key);
    if (isForgettable(entry)) this.#byKey.delete(entry.key);
    else this.#byKey.set(entry.key, entry);
  }

  damaged(loss: HistoryLostEntry): void {
    this.#entries = undefined;
    for (const key of this.#byKey.keys()) this.#doubted.add(key);
    this.#byKey.set(loss.key, loss);
  }

  /** In the order the keys were first recorded: the same array, frozen, until a record changes it. */
  get entries(): readonly JournalRecord[] {
    this.#entries ??= Object.freeze(this.#all());
    return this.#entries;
  }

  #all(): readonly JournalRecord[] {
    const all = [...this.#byKey.values()];
    if (this.#doubted.size === 0) return all;
    return all.map((entry) =>
      // Whether the damaged record said "sending", nobody knows.
      entry.kind === "payment" && entry.state === "intended" && this.#doubted.has(entry.key)
        ? { ...entry, state: "unknown", doubt: "restarted" }
        : entry,
    );
  }
}

/** The damaged record may be the one that began a new exchange, and without it what follows would count for nothing. */
function followsDamage(next: JournalRecord, held: JournalRecord | undefined): boolean {
  if (next.kind !== "payment" || held?.kind !== "payment" || next.exchange === held.exchange) return false;
  const heldSentNothing = held.state === "intended" || held.outcome === "not-sent";
  return heldSentNothing && next.outcome !== "not-sent";
}
