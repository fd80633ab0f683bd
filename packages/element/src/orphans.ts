/**
 * Payments whose own button is out of the page: a framework has made another one in its place, or the person has gone to another
 * view. They go on, and a button that came to the same terminal after them shows them, and tells what came of them.
 * @module
 */
import type { CallOptions, Outcome, PaymentRequest, Phase, Terminal } from "@concert-pay/core";
import { isSettledOutcome, type RunningState } from "./state.ts";

/** One button at a terminal. */
export interface Member {
  /** Something that it shows may be other than before. */
  readonly changed: () => void;
  /** Its place in the order of all that happens. */
  readonly since: number;
  isOut: boolean;
}

/** What came of a payment when its own button was out of the page. */
export interface Left {
  readonly outcome: Outcome;
  /** The page gave it its key. */
  readonly isNamed: boolean;
}

interface Run {
  readonly member: Member;
  readonly since: number;
  state: RunningState;
}

let now = 0;

/** Of one terminal. */
export class Orphans {
  readonly #members = new Set<Member>();
  #run: Run | undefined;
  #ended: (Left & { readonly since: number })[] = [];

  join(changed: () => void): Member {
    const member = { changed, since: ++now, isOut: false };
    this.#members.add(member);
    return member;
  }

  leave(member: Member): void {
    this.#members.delete(member);
  }

  /** Its button is out of the page, or back. */
  setOut(member: Member, isOut: boolean): void {
    if (member.isOut === isOut) return;
    member.isOut = isOut;
    if (this.#run?.member === member) this.#tellOthers(member);
  }

  /** Keeps what a call comes to where its button is out of the page by then. */
  async watch(member: Member, isNamed: boolean, call: Promise<Outcome>): Promise<Outcome> {
    const since = ++now;
    const outcome = await call;
    if (member.isOut && isSettledOutcome(outcome)) this.#ended.push({ outcome, isNamed, since });
    return outcome;
  }

  /** As `watch`, of a payment: it is shown elsewhere while it runs, too. */
  async watchPayment(
    member: Member,
    { amount, key }: PaymentRequest,
    options: CallOptions | undefined,
    pay: (options: CallOptions) => Promise<Outcome>,
  ): Promise<Outcome> {
    const run: Run = { member, since: ++now, state: { name: "calling", amount, cancelAsked: false } };
    const onPhase = (phase: Phase): void => {
      this.#phase(run, phase);
      options?.onPhase?.(phase);
    };
    this.#run ??= run;
    const paid = pay({ ...options, onPhase }).finally(() => {
      if (this.#run === run) this.#run = undefined;
    });
    try {
      return await this.watch(member, key !== undefined, paid);
    } finally {
      if (member.isOut) this.#tellOthers(member);
    }
  }

  cancelAsked(): void {
    if (this.#run !== undefined) this.#run.state = { ...this.#run.state, cancelAsked: true };
  }

  /** The payment that runs without its button, for one that came after it. */
  running({ since }: Member): RunningState | undefined {
    const run = this.#run;
    return run?.member.isOut === true && run.since < since ? { ...run.state, elsewhere: true } : undefined;
  }

  /** The same of what has ended, given once. */
  take({ since }: Member): Left | undefined {
    const taken = this.#ended.find((left) => left.since < since);
    this.#ended = this.#ended.filter((left) => left !== taken);
    return taken;
  }

  #phase(run: Run, phase: Phase): void {
    if (phase === "done") return;
    run.state = { ...run.state, name: phase };
    if (run.member.isOut) this.#tellOthers(run.member);
  }

  #tellOthers(member: Member): void {
    for (const other of this.#members) if (other !== member) other.changed();
  }
}

const ofGiven = new WeakMap<Terminal, Orphans>();
const byName = new Map<string, Orphans>();

/** Kept as long as the page, also while nobody uses the terminal. */
export function orphansOf(terminal: Terminal | string): Orphans {
  const known = typeof terminal === "string" ? byName.get(terminal) : ofGiven.get(terminal);
  const orphans = known ?? new Orphans();
  if (typeof terminal === "string") byName.set(terminal, orphans);
  else ofGiven.set(terminal, orphans);
  return orphans;
}
