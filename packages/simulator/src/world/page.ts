/**
 * A page: a real Terminal of core on ports that can be killed under it.
 * @module
 */
import {
  ConcertError,
  findProfile,
  openTerminal,
  type Connector,
  type Journal,
  type Lease,
  type Outcome,
  type Terminal,
} from "@concert-pay/core";
import { keyOf, referenceOf, type Call, type Sale } from "./call.ts";
import { pageConnector, TERMINAL_ID } from "./connector.ts";
import { pageJournal } from "./journal-store.ts";
import { Life } from "./life.ts";
import type { World } from "./world.ts";

/** Something deliberately broken, put around the ports of every page: the proof that worlds find it. */
export interface Sabotage {
  readonly connector?: (connector: Connector, life: Life, world: World) => Connector;
  readonly journal?: (journal: Journal, life: Life, world: World) => Journal;
  readonly terminal?: (terminal: Terminal, life: Life, world: World) => Terminal;
}

const ACTIONS = { debit: "pay", credit: "refund", reversal: "reverse" } as const;

export class Page {
  readonly name: string;
  readonly life: Life;
  /** It is about to be closed, its terminal given up. */
  leaving = false;
  #terminal: Terminal;
  readonly #world: World;
  #call: Call | undefined;

  constructor(world: World, name: string) {
    this.#world = world;
    this.name = name;
    this.life = new Life(world, name);
    this.#terminal = this.#open();
  }

  get terminal(): Terminal {
    return this.#terminal;
  }

  /** As a page does whose way to the terminal is changed: closed and opened anew, whatever runs. */
  reopen(): void {
    void this.#terminal.close();
    this.#terminal = this.#open();
  }

  #open(): Terminal {
    const world = this.#world;
    const { name } = this;
    const { plan, sabotage } = world;
    const journal = pageJournal(world, this.life);
    const connector = pageConnector(world, this.life, world.carrier, () => this.#call);
    const terminal = openTerminal({
      connector: sabotage.connector?.(connector, this.life, world) ?? connector,
      journal: sabotage.journal?.(journal, this.life, world) ?? journal,
      lease: pageLease(world, this.life),
      clock: this.life.clock,
      random: (count) => world.random.bytes(count),
      register: { number: "01", identifier: "012345678901" },
      dialect: plan.dialect,
      profile: plan.framed ? { ...findProfile(plan.profile), ipFraming: "serial" } : plan.profile,
      answerWithinMs: plan.answerWithinMs,
      onLateAnswer: (entry, outcome) =>
        world.log.note(name, () => `late answer: ${entry.key} ${outcome.outcome}`),
    });
    return sabotage.terminal?.(terminal, this.life, world) ?? terminal;
  }

  sleep(ms: number): Promise<void> {
    const { clock } = this.life;
    return new Promise((resolve) => clock.setTimer(clock.now() + ms, resolve));
  }

  /** Presses Pay. What comes of it is held against the ledger by the way. */
  async press(sale: Sale): Promise<Outcome | ConcertError> {
    const { judge, log, tally } = this.#world;
    const call: Call = { key: keyOf(sale), number: judge.pressed(), sale, page: this.name, requests: 0 };
    const first = this.#call === undefined;
    if (first) this.#call = call;
    log.note(this.name, () => `presses ${ACTIONS[sale.action]} ${sale.amount} as ${call.key}`);
    const reference = referenceOf(sale);
    const request = {
      amount: { minorUnits: sale.amount, currency: "EUR" },
      key: call.key,
      ...(reference === undefined ? {} : { reference }),
    };
    try {
      const outcome = await this.terminal[ACTIONS[sale.action]](request);
      const why = "reason" in outcome ? outcome.reason.en : "";
      log.note(this.name, () => `${call.key} is ${outcome.outcome} ${why}`);
      tally.words[outcome.outcome] += 1;
      judge.told(call.key, outcome, call.number + 1);
      return outcome;
    } catch (error) {
      if (!(error instanceof ConcertError)) throw error;
      log.note(this.name, () => `${call.key} rejected: ${error.code} ${error.message}`);
      tally.words.rejected += 1;
      // A call turned away because of the one that runs says nothing about that one.
      judge.rejected(call);
      return error;
    } finally {
      if (first) this.#call = undefined;
    }
  }
}

const LEASE_TROUBLES = ["stalled", "refused"] as const;

/** As `webLocksLease`: given back when the page dies, and when it goes into the back-forward cache, which it is told. */
function pageLease(world: World, life: Life): Lease {
  const free = (): void => void (world.owners.get(TERMINAL_ID) === life && world.owners.delete(TERMINAL_ID));
  const { clock, plan, random, tally } = world;
  let tell = (): void => {};
  life.onDeath(free);
  life.onCache(() => {
    free();
    tell();
  });
  return {
    acquire: (terminal) =>
      new Promise((resolve, reject) => {
        if (!life.step()) return;
        const trouble =
          world.calm || !random.chance(plan.leaseTrouble) ? "none" : random.pick(LEASE_TROUBLES);
        if (trouble !== "none") tally.faults[`lease ${trouble}`] += 1;
        if (trouble === "refused") return life.run(() => reject(new Error("the browser has no locks today")));
        const take = (): void => {
          if (!life.alive) return;
          const owner = world.owners.get(terminal);
          if (owner !== undefined) return life.run(() => resolve({ held: false, holder: owner.name }));
          world.owners.set(terminal, life);
          const lost = new Promise<void>((announce) => (tell = announce));
          life.run(() => resolve({ held: true, release: free, lost }));
        };
        if (trouble === "stalled") clock.after(random.between(2_000, 20_000), take);
        else take();
      }),
  };
}
