/**
 * The terminal in use, what is on the screen, and what lies beneath it. Every change of either goes through here.
 * @module
 */
import {
  ConcertError,
  isUnsettled,
  type HistoryLostEntry,
  type JournalEntry,
  type Outcome,
  type Phase,
} from "@concert-pay/core";
import { asConcertError } from "./as-concert-error.ts";
import { deniedBy, endedState, isDenied, resultOf, type Result } from "./contradiction.ts";
import {
  doneState,
  hasEnded,
  isDoubtful,
  isPaid,
  isSettledOutcome,
  keyOf,
  mayBegin,
  needsLook,
  stateOf,
  type Decision,
  type EndedState,
  type KnownPayment,
  type PayState,
  type SettledState,
} from "./state.ts";
import type { OpenedTerminal, PayTerminal } from "./terminal-access.ts";

/** What a person decided, for the application. */
export interface SettledDetail {
  readonly entry: KnownPayment | HistoryLostEntry;
  readonly decision: Decision;
  readonly by: string;
}

export interface ControllerEvents {
  state(state: PayState): void;
  phase(phase: Phase): void;
  result(result: Result): void;
  settled(detail: SettledDetail): void;
  error(error: ConcertError): void;
}

export interface LookOptions {
  /** Ask the journal for the outcome of the sale on the screen, too. */
  readonly atSale: boolean;
  /** Where nothing is found what is on the screen stays. Else it makes room for the sale. */
  readonly stays: boolean;
  /** Another button on this page has made or settled it and told so: only what is this one's own is told again. */
  readonly heard?: boolean;
}

/** Ends of a payment that are told beside its outcome. */
const DENIED = " denied";
const TO_BE_LOOKED_AT = " to be looked at";

export class Session {
  readonly events: ControllerEvents;
  /** Names the sale on the screen, where the page gave it a key. */
  readonly saleKey: () => string | undefined;
  #state: PayState = { name: "starting" };
  #opened: OpenedTerminal | undefined;
  /** Rises whenever the terminal is given up, so that what was begun before has no say any more. */
  #generation = 0;
  /**
   * What came of the sale on the screen, while the terminal is changed beneath it, or while a payment found on the
   * other terminal has to be settled first: a paid sale is never shown as unpaid.
   */
  #kept: EndedState | undefined;
  /** The payment last shown as unsettled, until its end is on the screen. */
  #openKey: string | undefined;
  /** Payments made from here, by key. */
  readonly #made = new Set<string>();
  /** Payments whose end was told, by key. */
  readonly #told = new Set<string>();
  /** What the terminal told against what is noted, and nobody has read yet. */
  readonly #contradictions: SettledState[] = [];

  constructor(events: ControllerEvents, saleKey: () => string | undefined) {
    this.events = events;
    this.saleKey = saleKey;
  }

  get state(): PayState {
    return this.#state;
  }

  get kept(): EndedState | undefined {
    return this.#kept;
  }

  get generation(): number {
    return this.#generation;
  }

  get isOpen(): boolean {
    return this.#opened !== undefined;
  }

  /** @throws ConcertError `WRONG_STATE` where there is none */
  get terminal(): PayTerminal {
    if (this.#opened === undefined)
      throw new ConcertError("WRONG_STATE", "no terminal is connected; connect it first", {
        reason: "not-connected",
      });
    return this.#opened.terminal;
  }

  /** What the terminal told against what is noted is read before anything can be paid. */
  show(wanted: PayState): void {
    const state = mayBegin(wanted) ? (this.#contradictions.shift() ?? wanted) : wanted;
    this.#state = state;
    if (state.name === "blocked") this.#openKey = state.entry.key;
    else if (hasEnded(state) || state.name === "idle") this.#openKey = undefined;
    this.events.state(state);
  }

  /** What the terminal so far still has to say is not heard from here on. */
  renew(): number {
    return ++this.#generation;
  }

  use(opened: OpenedTerminal): void {
    this.#opened = opened;
  }

  /** What runs here is shown by another button while this one is out of the page. */
  setOut(isOut: boolean): void {
    this.#opened?.setOut?.(isOut);
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    // Given up in any case; its payments are in the journal.
    await opened?.close().catch(() => undefined);
  }

  /** The terminal is about to be changed: what came of a sale stays on the screen, all else makes room. */
  keepOutcome(): void {
    if (hasEnded(this.#state)) this.#kept = this.#state;
    else this.show({ name: "starting" });
  }

  /** The outcome on the screen is looked at by a person: it is still that of the same sale. */
  showEnded(state: EndedState): void {
    if (this.#state === this.#kept) this.#kept = state;
    this.show(state);
  }

  /** The page is done with the sale that this came of. */
  forget(state: PayState | undefined): void {
    if (state === this.#kept) this.#kept = undefined;
  }

  /** There is no terminal. Over an outcome that is told only when the next sale wants one. */
  showWithout(state: PayState & { readonly name: "connecting" | "unavailable" }): void {
    if (this.#kept !== undefined) {
      if (this.#state !== this.#kept) this.show(this.#kept);
      return;
    }
    const isNews = this.#state.name !== "unavailable";
    this.show(state);
    if (state.name === "unavailable" && isNews) this.events.error(state.error);
  }

  /** Shows what is unsettled; else what the journal knows of the sale; else, unless that stays, the sale itself. */
  async look({ atSale, stays, heard = false }: LookOptions): Promise<void> {
    const before = this.#state;
    const generation = this.#generation;
    // What has happened since is newer than what was read.
    const isStill = (): boolean => generation === this.#generation && before === this.#state;
    try {
      const pending = (await this.terminal.pending()).filter(isUnsettled);
      const recorded = await this.#recorded(pending, atSale);
      if (!isStill()) return;
      if (pending.length === 0 && this.#showLeft()) return;
      if (recorded !== undefined) return this.showRecorded(recorded, heard);
      const isAsked = before.name === "blocked" || before.name === "history-lost";
      // The question on the screen is still open: it stays as far as it has come.
      if (isAsked && pending.some(({ key }) => key === before.entry.key)) return;
      const isRoom = !stays || (before.name === "error" && before.unread === true);
      const running = this.#opened?.running?.();
      const free =
        running ?? (isRoom ? (this.#contradictions.shift() ?? this.#kept ?? { name: "idle" }) : before);
      const next = pending.length > 0 ? stateOf(pending[0]) : free;
      if (next !== before) this.show(next);
    } catch (error) {
      if (isStill() && !stays && !isDoubtful(before) && before !== this.#kept)
        this.show({ name: "error", error: asConcertError(error), unread: true });
    }
  }

  /** What the journal knows of a payment; nothing where it cannot be asked. */
  async recorded(key: string): Promise<Outcome | undefined> {
    return this.#opened?.terminal.recorded(key).catch(() => undefined);
  }

  /** After a payment. One without a final outcome is shown as what it is, unsettled. */
  async showOutcome(outcome: Outcome): Promise<void> {
    this.#made.add(outcome.key ?? "");
    if (isSettledOutcome(outcome)) this.show(this.#done(outcome));
    else await this.#showUnsettled(outcome);
    this.tell(outcome);
  }

  /** The terminal's answer to a payment that was given up as unknown. */
  showLate(entry: JournalEntry, outcome: Outcome): void {
    const denied = deniedBy(entry, outcome);
    if (denied !== undefined) return this.#contradict(denied, outcome);
    const { state } = this;
    if (state.name === "blocked" && state.entry.key === entry.key) this.show(this.#done(outcome));
    this.tell(outcome);
  }

  /** Over a running payment, another question or what is paid it waits until there is room. */
  #contradict(shown: SettledState, outcome: Outcome): void {
    const { state } = this;
    const isOwn = keyOf(state) === shown.entry.key;
    if (isOwn) this.showEnded(shown);
    else if (mayBegin(state)) this.show(shown);
    else this.#contradictions.push(shown);
    this.#told.add(`${shown.entry.key}${DENIED}`);
    this.events.result({ ...outcome, contradicts: shown.decision });
  }

  owns(key: string): boolean {
    return this.#made.has(key) || this.saleKey() === key;
  }

  tell(outcome: Outcome): void {
    if (isSettledOutcome(outcome)) this.#isNews(outcome);
    this.events.result(resultOf(outcome));
  }

  tellSettled(detail: SettledDetail): void {
    this.#told.add(detail.entry.key);
    this.events.settled(detail);
  }

  /** What the journal holds of a payment that this page did not see the end of. */
  showRecorded(outcome: Outcome, heard = false): void {
    this.showEnded(this.#done(outcome));
    const isOwn = outcome.key !== undefined && this.owns(outcome.key);
    if (this.#isNews(outcome) && (isOwn || !heard))
      this.events.result({ ...resultOf(outcome), recorded: true });
  }

  /** What came of a payment whose own button is out of the page. False where there is nothing to show of it. */
  #showLeft(): boolean {
    const left = this.#opened?.takeLeft?.();
    if (left === undefined) return false;
    const { outcome, isNamed } = left;
    const key = outcome.key ?? "";
    const sale = this.saleKey();
    // It has been shown here already.
    if (this.#made.has(key) || this.#told.has(key)) return this.#showLeft();
    if (!isNamed || sale === undefined || sale === key) {
      this.showRecorded(outcome);
      return true;
    }
    if (this.#isNews(outcome)) this.events.result({ ...resultOf(outcome), recorded: true });
    return this.#showLeft();
  }

  /** True the first time. What somebody has still to look at is not the end yet. */
  #isNews(outcome: Outcome): boolean {
    const more = isDenied(outcome) ? DENIED : needsLook(doneState(outcome)) ? TO_BE_LOOKED_AT : "";
    const end = `${outcome.key ?? ""}${more}`;
    const isNews = !this.#told.has(end);
    this.#told.add(end);
    return isNews;
  }

  #done(outcome: Outcome): EndedState {
    const kept = this.#kept;
    const state = endedState(outcome);
    const isOther = kept?.name === "done" ? kept.outcome.key !== outcome.key : true;
    return state.name === "done" && isPaid(kept) && isOther ? { ...state, overPaid: true } : state;
  }

  async #showUnsettled(outcome: Outcome): Promise<void> {
    const pending = await this.terminal.pending().catch(() => []);
    const state = stateOf(pending.find(({ key }) => key === outcome.key) ?? pending[0]);
    // Without its entry there is nothing to settle, and still nothing may be paid: the outcome itself is shown.
    if (state.name === "idle") this.show(this.#done(outcome));
    else this.show(state.name === "blocked" ? { ...state, outcome } : state);
  }

  /**
   * What the journal knows of the payment that was asked about, once it is unsettled no more: another tab may have
   * learnt it. Else of the sale: the page may have died between the outcome and its own note of it.
   */
  async #recorded(pending: readonly JournalEntry[], atSale: boolean): Promise<Outcome | undefined> {
    const open = this.#openKey;
    if (open !== undefined && !pending.some(({ key }) => key === open)) {
      const outcome = await this.terminal.recorded(open);
      if (outcome !== undefined) return outcome;
    }
    const sale = this.saleKey();
    if (!atSale || sale === undefined || pending.length > 0 || this.#kept !== undefined) return undefined;
    return this.terminal.recorded(sale);
  }
}
