/**
 * The register's word against the terminal's ledger. What is compared is what the world itself saw: which press of Pay
 * each request came of, and what money moved for it.
 * @module
 */
import type { FinalOutcome, JournalRecord, Outcome } from "@concert-pay/core";
import type { LedgerEntry, RequestRecord } from "../model/ledger.ts";
import { ACTIONS } from "../model/ledger.ts";
import type { Call } from "./call.ts";
import type { World } from "./world.ts";

type NotCharged = Exclude<FinalOutcome, "approved">;

interface Told {
  readonly key: string;
  readonly word: "approved" | NotCharged;
  /** Presses of Pay before the call that told it, of all keys: only they are meant. */
  readonly presses: number;
}

export class Judge {
  readonly #world: World;
  readonly #moneyOnly: boolean;
  readonly violations: string[] = [];
  /** Keys whose request the terminal took. */
  readonly #reached = new Set<string>();
  readonly #rejected = new Set<Call>();
  readonly #told: Told[] = [];
  /** Keys with a final word: no press of theirs may reach the terminal any more. */
  readonly #final = new Map<string, string>();
  #presses = 0;

  constructor(world: World, moneyOnly: boolean) {
    this.#world = world;
    this.#moneyOnly = moneyOnly;
  }

  accuse(what: string): void {
    this.#world.log.note("JUDGE", () => what);
    this.violations.push(what);
  }

  /** Money that moved for a key. */
  charges(key: string): readonly LedgerEntry[] {
    const { model } = this.#world.host;
    return model.ledger.filter(({ request }) => model.calls[request]?.key === key);
  }

  /** Someone presses Pay. @returns how many presses there were before */
  pressed(): number {
    return this.#presses++;
  }

  /** A person decided. */
  settled(key: string, outcome: "approved" | "failed"): void {
    this.#final.set(key, `${outcome} by a person`);
  }

  /** The terminal took a whole financial request. */
  requested(_index: number, record: RequestRecord, call: Call | undefined): void {
    if (call === undefined) return this.accuse("the terminal took a request that nobody pressed for");
    const { key, sale } = call;
    call.requests += 1;
    this.#reached.add(key);
    if (this.#moneyOnly) return;
    if (record.amount !== sale.amount || ACTIONS[record.action ?? ""] !== sale.action)
      this.accuse(
        `${key}: the terminal took ${record.action} of ${record.amount}, not ${sale.action} of ${sale.amount}`,
      );
    const final = this.#final.get(key);
    if (final !== undefined) this.accuse(`${key}: the terminal takes it after it was called ${final}`);
    if (this.#rejected.has(call))
      this.accuse(`${key}: rejected as never sent, yet the terminal takes it now`);
    const { disk } = this.#world;
    const own = disk.get(key);
    if (own?.state !== "sending" && own?.state !== "unknown")
      this.accuse(
        `${key}: the terminal takes it while the journal says ${own?.state ?? "nothing"} ${outcomeOf(own)}`,
      );
    for (const other of this.#reached)
      if (other !== key && disk.get(other)?.state !== "settled")
        this.accuse(
          `${key}: the terminal takes it while ${other} is ${disk.get(other)?.state ?? "not recorded"}`,
        );
  }

  get presses(): number {
    return this.#presses;
  }

  /** `pay`, `refund`, `reverse` or `recover` resolved; `presses` when it was called. */
  told(key: string, { outcome, ...more }: Outcome, presses: number): void {
    if (outcome === "unknown" || outcome === "acknowledged") return;
    this.#told.push({ key, word: outcome, presses });
    this.#compare(key, outcome, "charged" in more ? more.charged.minorUnits : undefined, presses);
    // "Failed" can mean "never sent", which leaves the key free for another press.
    if (outcome !== "failed" || this.#reached.has(key)) this.#final.set(key, outcome);
  }

  /** `pay`, `refund` or `reverse` rejected: the terminal certainly holds no complete request of it. */
  rejected(call: Call): void {
    this.#rejected.add(call);
    if (call.requests > 0 && !this.#moneyOnly)
      this.accuse(`${call.key}: rejected as never sent, yet the terminal took it`);
  }

  /** When all is over. */
  conclude(): void {
    const { disk, host } = this.#world;
    for (const { key, word, presses } of this.#told) this.#compare(key, word, undefined, presses);
    const keys = new Set(host.model.ledger.map(({ request }) => host.model.calls[request]?.key ?? "nobody"));
    for (const entry of disk.entries) {
      if (entry.kind === "question") continue;
      keys.add(entry.key);
      if (entry.kind !== "payment" || entry.state !== "settled")
        this.accuse(`${entry.key}: still ${entry.state} at the end of the world`);
    }
    for (const key of keys) {
      const charges = this.charges(key);
      if (charges.length > 1) this.accuse(`${key}: charged ${charges.length} times`);
      const entry = disk.get(key);
      const outcome = entry?.kind === "payment" ? entry.outcome : undefined;
      if (charges.length > 0 && outcome !== "approved")
        this.accuse(`${key}: charged, and the register's last word is ${outcome ?? "nothing"}`);
      if (charges.length === 0 && outcome === "approved")
        this.accuse(`${key}: approved in the journal, never charged`);
      if (entry?.kind === "payment" && outcome === "approved" && entry.settledBy?.by === "terminal")
        this.#compare(key, "approved", entry.charged ?? entry.amount, Infinity);
    }
  }

  /** @param presses "not charged" is about those before only: one key may be pressed again after "never sent" */
  #compare(key: string, word: Told["word"], amount: number | undefined, presses: number): void {
    const { model } = this.#world.host;
    const charges = this.charges(key);
    if (word !== "approved") {
      if (charges.some(({ request }) => (model.calls[request]?.number ?? 0) < presses))
        this.accuse(`${key}: called ${word}, yet charged`);
      return;
    }
    if (charges.length === 0) return this.accuse(`${key}: called approved, never charged`);
    const entry = this.#world.disk.get(key);
    const byPerson = entry?.kind === "payment" && entry.settledBy?.by === "person";
    // A person who finds another amount on the terminal says approved, and deals with the rest by hand.
    if (amount !== undefined && !byPerson && !charges.some((charge) => charge.amount === amount))
      this.accuse(`${key}: called approved for ${amount}, charged ${charges[0]?.amount}`);
  }
}

function outcomeOf(entry: JournalRecord | undefined): string {
  return entry?.kind === "payment" ? (entry.outcome ?? "") : "";
}
