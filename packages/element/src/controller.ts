/**
 * What happens when, without a page: from a press of Pay to an outcome, and on to the next sale.
 * @module
 */
import { ConcertError, type Outcome, type PaymentRequest, type Phase } from "@concert-pay/core";
import { asConcertError } from "./as-concert-error.ts";
import { isAboutKey, keyUsed, refusalOf } from "./refusal.ts";
import { Session, type ControllerEvents } from "./session.ts";
import {
  hasEnded,
  isContradicted,
  isFoundUnpaid,
  isPaid,
  isRunning,
  isRunningHere,
  keyOf,
  mayPay,
  needsLook,
  type Decision,
  type PayState,
} from "./state.ts";
import { TaskQueue } from "./task-queue.ts";
import type { TerminalSource, TerminalUser } from "./terminal-access.ts";
import { checkUnsettled, decideLook, decideUnsettled } from "./unsettled.ts";

export type { Result } from "./contradiction.ts";
export type { ControllerEvents, SettledDetail } from "./session.ts";
export type { OpenedTerminal, PayTerminal, TerminalSource, TerminalUser } from "./terminal-access.ts";

/** Which attributes of the sale have changed. */
export interface SaleChange {
  /** Amount or currency: another sale. */
  readonly amount: boolean;
  /** Another sale too; after a person found a payment not made, it may be the next attempt at the same one. */
  readonly reference: boolean;
  /** The payment's key. Alone it may be the next attempt at the same sale. */
  readonly key: boolean;
}

export class PaymentController {
  readonly #session: Session;
  #source: TerminalSource;
  /** Starts, and looks for what is unsettled. */
  readonly #tasks = new TaskQueue();
  /** To do when the payment under way is over: the way to a terminal is never changed beneath it. */
  #after: "stop" | TerminalSource | undefined;
  /** The terminal was given back: none is opened before `start`. */
  #stopped = true;

  /** @param saleKey names the sale on the screen, where the page gave it a key */
  constructor(
    source: TerminalSource,
    events: ControllerEvents,
    saleKey: () => string | undefined = () => undefined,
  ) {
    this.#source = source;
    this.#session = new Session(events, saleKey);
  }

  get state(): PayState {
    return this.#session.state;
  }

  /**
   * Opens the terminal and shows what is unsettled; what came of a sale stays on the screen. Another source is used
   * once a running payment has ended, and been looked at; the one in use goes on being used.
   */
  start(source: TerminalSource = this.#source): Promise<void> {
    this.#stopped = false;
    this.#session.setOut(false);
    if (source === this.#source && this.#session.isOpen) {
      this.#after = undefined;
      return this.#tasks.idle();
    }
    // Whoever has to look at the terminal has its word written down for that terminal.
    if (isRunningHere(this.state) || (needsLook(this.state) && this.#session.isOpen)) {
      this.#after = source;
      return Promise.resolve();
    }
    this.#after = undefined;
    this.#source = source;
    const generation = this.#session.renew();
    this.#session.keepOutcome();
    return this.#tasks.add(async () => {
      if (generation !== this.#session.generation) return;
      await this.#session.close();
      await this.#open(generation);
    });
  }

  /** Gives the terminal back. A running payment goes on to its end first. */
  async stop(): Promise<void> {
    this.#session.setOut(true);
    if (isRunningHere(this.state)) {
      this.#after = "stop";
      return;
    }
    this.#after = undefined;
    this.#stopped = true;
    this.#session.renew();
    await this.#session.close();
  }

  /** Looks again for what is unsettled, and at what other tabs have done, where nothing else is on the screen. */
  refresh(): Promise<void> {
    return this.#tasks.add(async () => {
      const { state, generation } = this.#session;
      if (state.name === "unavailable" || (state.name === "connecting" && !state.picking))
        await this.#open(generation);
      else await this.#lookAgain(false);
    });
  }

  /** From a click: lets the person pick the port. */
  async connect(): Promise<void> {
    const session = this.#session;
    if (session.state.name !== "connecting" || session.state.picking) return;
    const { generation } = session;
    session.show({ name: "connecting", picking: true, problem: undefined });
    try {
      const opened = await this.#source.pick(this.#user);
      if (generation !== session.generation) return void opened?.close();
      if (opened === undefined)
        return session.show({ name: "connecting", picking: false, problem: undefined });
      session.use(opened);
      await session.look({ atSale: true, stays: false });
    } catch (error) {
      const problem = asConcertError(error);
      if (generation === session.generation) session.show({ name: "connecting", picking: false, problem });
      session.events.error(problem);
    }
  }

  /**
   * Pays, once all that was asked for before has been done. `undefined` when the payment was certainly not begun;
   * `error` has then told why. Whatever the state: a payment is never begun while another is open.
   */
  async pay(request: PaymentRequest): Promise<Outcome | undefined> {
    await this.#tasks.idle();
    const session = this.#session;
    // The terminal could not be had while the last outcome was on the screen: now it is wanted.
    if (!session.isOpen && mayPay(this.state)) await this.next();
    if (this.state.name === "error" && this.state.unread === true) await this.next();
    const known = await this.#alreadyPaid(request);
    if (known !== undefined) return known;
    const refusal = refusalOf(this.#sale, session.isOpen);
    if (refusal !== undefined) {
      this.#showPaidAgain();
      session.events.error(refusal);
      return undefined;
    }
    session.forget(session.kept);
    session.show({ name: "calling", amount: request.amount, cancelAsked: false });
    const outcome = await session.terminal
      .pay(request, { onPhase: (phase) => this.#phase(phase) })
      .catch(asConcertError);
    if (outcome instanceof ConcertError) await this.#showRefused(outcome, request);
    else await session.showOutcome(outcome);
    await this.#ended();
    return outcome instanceof ConcertError ? undefined : outcome;
  }

  /** Records the wish. The outcome still comes from the terminal, and the payment wins. */
  requestCancel(): void {
    const { state } = this;
    if (!isRunning(state) || state.cancelAsked) return;
    this.#session.terminal.requestCancel();
    this.#session.show({ ...state, cancelAsked: true });
  }

  check(): Promise<void> {
    return checkUnsettled(this.#session);
  }

  /** A person's word, after looking at the terminal. Without a name nothing is written down. */
  async settle(decision: Decision, by: string): Promise<void> {
    if (by.trim() === "") return;
    // The terminal could not be had while the question was on the screen: now it is wanted.
    if (needsLook(this.state) && !this.#session.isOpen)
      await this.#tasks.add(() => this.#open(this.#session.generation));
    const { state } = this;
    if (state.name === "blocked" || state.name === "history-lost")
      await decideUnsettled(this.#session, state, decision, by.trim());
    else if (state.name === "done") {
      await decideLook(this.#session, state, decision, by.trim());
      await this.#ended();
    }
  }

  /** On to the next sale, or to the next unsettled payment. */
  next(): Promise<void> {
    return this.#tasks.add(async () => {
      const { state } = this;
      if (needsLook(state) || !(hasEnded(state) || state.name === "error")) return;
      this.#session.forget(state);
      // Who says that this sale is over does not want to see it again.
      await this.#leave(keyOf(state) !== this.#session.saleKey());
    });
  }

  /**
   * The page names another sale. What came of the last one makes room; after a new key alone only what is paid: what
   * may be paid again stays with its reason.
   */
  saleChanged({ amount, reference, key }: SaleChange): Promise<void> {
    return this.#tasks.add(async () => {
      const { state } = this;
      const session = this.#session;
      const request = amount || (reference && !isFoundUnpaid(state));
      if (isRunning(state) || needsLook(state) || isContradicted(state)) return;
      if (request || isPaid(session.kept)) session.forget(session.kept);
      const isOver = hasEnded(state) || state.name === "error" ? request || isPaid(state) : false;
      if (isOver) await this.#leave(key);
      else if (key && session.isOpen && (state.name === "idle" || mayPay(state)))
        await session.look({ atSale: true, stays: true });
    });
  }

  /** @param heard another button on this page has told what is new */
  async #lookAgain(heard: boolean): Promise<void> {
    const { state, isOpen } = this.#session;
    if (!isOpen) return;
    if (state.name === "idle" || state.name === "error")
      await this.#session.look({ atSale: true, stays: true, heard });
    else if (
      isRunning(state)
        ? state.elsewhere === true
        : (state.name === "blocked" || state.name === "history-lost") &&
          (state.step === "found" || state.step === "asking")
    )
      await this.#session.look({ atSale: true, stays: false, heard });
  }

  /** What is on the screen makes room. */
  async #leave(atSale: boolean): Promise<void> {
    if (this.#session.isOpen) await this.#session.look({ atSale, stays: false });
    else if (!this.#stopped) await this.#open(this.#session.generation);
  }

  async #open(generation: number): Promise<void> {
    const session = this.#session;
    try {
      const opened = await this.#source.open(this.#user);
      if (generation !== session.generation) return void opened?.close();
      if (opened === undefined)
        return session.showWithout({ name: "connecting", picking: false, problem: undefined });
      session.use(opened);
      await session.look({ atSale: true, stays: false });
    } catch (error) {
      if (generation === session.generation)
        session.showWithout({ name: "unavailable", error: asConcertError(error) });
    }
  }

  /** How the sale on the screen stands: paid, also while another payment's end is shown over it. */
  get #sale(): PayState {
    const { kept } = this.#session;
    return kept !== undefined && isPaid(kept) ? kept : this.state;
  }

  /** Whoever wants to pay it once more is shown that it is paid, unless something else has to be read first. */
  #showPaidAgain(): void {
    const { state } = this;
    const { kept } = this.#session;
    if (kept === undefined || !isPaid(kept) || kept === state) return;
    if (hasEnded(state) && !needsLook(state) && !isContradicted(state)) this.#session.show(kept);
  }

  /** The very payment on the screen, by its key and amount: nothing has to be asked or told again. */
  async #alreadyPaid({ key, amount }: PaymentRequest): Promise<Outcome | undefined> {
    const state = this.#sale;
    if (key === undefined || !isPaid(state) || keyOf(state) !== key) return undefined;
    const known = state.name === "done" ? state.outcome : await this.#session.recorded(key);
    return known?.amount?.minorUnits === amount.minorUnits && known.amount.currency === amount.currency
      ? known
      : undefined;
  }

  #phase(phase: Phase): void {
    this.#session.events.phase(phase);
    if (phase !== "done" && isRunningHere(this.state)) this.#session.show({ ...this.state, name: phase });
  }

  /** Nothing was sent now. What is known of the sale all the same comes up. */
  async #showRefused(refusal: ConcertError, { key }: PaymentRequest): Promise<void> {
    const session = this.#session;
    const sale = key ?? session.saleKey();
    const known = sale === undefined ? undefined : await session.recorded(sale);
    const isUsed = known !== undefined && isAboutKey(refusal);
    const error = isUsed ? keyUsed(refusal) : refusal;
    session.show({ name: "error", error });
    session.events.error(error);
    if (session.state.name !== "error") return;
    if (error.pendingKey !== undefined) return session.look({ atSale: true, stays: true });
    if (known !== undefined) session.showRecorded(known);
    const { state } = this;
    if (isUsed && state.name === "done") session.showEnded({ ...state, problem: error });
  }

  async #ended(): Promise<void> {
    const after = this.#after;
    if (after === undefined || (after !== "stop" && needsLook(this.state))) return;
    await (after === "stop" ? this.stop() : this.start(after));
  }

  readonly #user: TerminalUser = {
    owns: (key) => this.#session.owns(key),
    lateAnswer: (entry, outcome) => this.#session.showLate(entry, outcome),
    changed: () => void this.#tasks.add(() => this.#lookAgain(true)),
  };
}
