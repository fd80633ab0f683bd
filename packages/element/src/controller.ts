/**
 * What happens when, without a page: from a press of Pay to an outcome, and from an unsettled payment to a decision.
 * @module
 */
import {
  ConcertError,
  isUnsettled,
  type JournalEntry,
  type Outcome,
  type PaymentRequest,
  type Phase,
  type Terminal,
} from "@concert-pay/core";
import {
  isRunning,
  isSettledOutcome,
  mayPay,
  needsLook,
  type BlockedState,
  type Decision,
  type PayState,
} from "./state.ts";

/** A terminal and what gives it back. */
export interface OpenedTerminal {
  readonly terminal: Terminal;
  close(): Promise<void>;
}

/** Told by the terminal when an answer came after the payment had been given up as unknown. */
export type LateAnswer = (entry: JournalEntry, outcome: Outcome) => void;

/** How the controller comes by its terminal. Both reject with `ConcertError`. */
export interface TerminalSource {
  /** Without asking anyone. `undefined` where a person has to pick it first. */
  open(onLateAnswer: LateAnswer): Promise<OpenedTerminal | undefined>;
  /** From a click. `undefined` when the person changed their mind. */
  pick(onLateAnswer: LateAnswer): Promise<OpenedTerminal | undefined>;
}

/** What a person decided, for the application. */
export interface SettledDetail {
  readonly entry: JournalEntry;
  readonly decision: Decision;
  readonly by: string;
}

export interface ControllerEvents {
  state(state: PayState): void;
  phase(phase: Phase): void;
  result(outcome: Outcome): void;
  settled(detail: SettledDetail): void;
  error(error: ConcertError): void;
}

export class PaymentController {
  readonly #events: ControllerEvents;
  #source: TerminalSource;
  #opened: OpenedTerminal | undefined;
  readonly #saleKey: () => string | undefined;
  #state: PayState = { name: "starting" };
  /** Rises with every start and stop, so that what was begun before has no say any more. */
  #generation = 0;
  #starting: Promise<void> = Promise.resolve();
  /** To do when the payment under way has ended: the way to a terminal is never changed beneath it. */
  #afterPayment: (() => Promise<void>) | undefined;

  /** @param saleKey names the sale on the screen, where the page gave it a key */
  constructor(
    source: TerminalSource,
    events: ControllerEvents,
    saleKey: () => string | undefined = () => undefined,
  ) {
    this.#source = source;
    this.#events = events;
    this.#saleKey = saleKey;
  }

  get state(): PayState {
    return this.#state;
  }

  /** Opens the terminal and shows what is unsettled. With another source: once a running payment has ended. */
  start(source: TerminalSource = this.#source): Promise<void> {
    if (isRunning(this.#state)) {
      this.#afterPayment = () => this.start(source);
      return Promise.resolve();
    }
    this.#starting = this.#start(source);
    return this.#starting;
  }

  async #start(source: TerminalSource): Promise<void> {
    this.#source = source;
    const generation = ++this.#generation;
    await this.#close();
    if (generation !== this.#generation) return;
    this.#show({ name: "starting" });
    await this.#open(generation);
  }

  /** Gives the terminal back. A running payment goes on to its end first. */
  async stop(): Promise<void> {
    if (isRunning(this.#state)) {
      this.#afterPayment = () => this.stop();
      return;
    }
    this.#generation++;
    await this.#close();
  }

  /** Looks for unsettled payments again, where nothing else is on the screen. */
  async refresh(): Promise<void> {
    const state = this.#state;
    if (state.name === "idle" || (state.name === "blocked" && state.step === "found"))
      await this.#showPending(this.#generation);
    else if (state.name === "unavailable" || (state.name === "connecting" && !state.picking))
      await this.#open(this.#generation);
  }

  /** From a click: lets the person pick the port. */
  async connect(): Promise<void> {
    if (this.#state.name !== "connecting" || this.#state.picking) return;
    const generation = this.#generation;
    this.#show({ name: "connecting", picking: true, problem: undefined });
    try {
      const opened = await this.#source.pick(this.#late);
      if (generation !== this.#generation) return void opened?.close();
      if (opened === undefined) return this.#show({ name: "connecting", picking: false, problem: undefined });
      this.#opened = opened;
      await this.#showPending(generation, true);
    } catch (error) {
      const problem = asConcertError(error);
      if (generation === this.#generation) this.#show({ name: "connecting", picking: false, problem });
      this.#events.error(problem);
    }
  }

  /**
   * Pays, once the start has ended. `undefined` when the payment was certainly not begun; `error` has then told why.
   * Whatever the state: a payment is never begun while another is open.
   */
  async pay(request: PaymentRequest): Promise<Outcome | undefined> {
    await this.#starting;
    const refusal = this.#refusal();
    if (refusal !== undefined) {
      this.#events.error(refusal);
      return undefined;
    }
    const generation = this.#generation;
    this.#show({ name: "calling", amount: request.amount, cancelAsked: false });
    try {
      const { terminal } = this.#opened as OpenedTerminal;
      const outcome = await terminal.pay(request, { onPhase: (phase) => this.#phase(phase) });
      await this.#ended(generation, () => this.#showOutcome(outcome));
      return outcome;
    } catch (error) {
      const problem = asConcertError(error);
      await this.#ended(generation, () => this.#showRefused(problem));
      return undefined;
    }
  }

  /** Records the wish. The outcome still comes from the terminal, and the payment wins. */
  requestCancel(): void {
    if (!isRunning(this.#state) || this.#state.cancelAsked) return;
    this.#opened?.terminal.requestCancel();
    this.#show({ ...this.#state, cancelAsked: true });
  }

  /** Asks the terminal, as far as it can be asked, what became of the unsettled payment. Charges nothing. */
  async check(): Promise<void> {
    const state = this.#state;
    if (state.name !== "blocked" || (state.step !== "found" && state.step !== "asking")) return;
    const generation = this.#generation;
    this.#show({ ...state, step: "checking", problem: undefined });
    try {
      const outcome = await this.#terminal().recover(state.entry.key);
      if (!this.#isOpenQuestion(generation, state)) return;
      if (!isSettledOutcome(outcome))
        return this.#show({ ...state, step: "asking", outcome, problem: undefined });
      this.#show({ name: "done", outcome, looked: false });
      this.#events.result(outcome);
    } catch (error) {
      const problem = asConcertError(error);
      this.#events.error(problem);
      if (!this.#isOpenQuestion(generation, state)) return;
      // Another page has the terminal: it will know more than a person looking now.
      const step = problem.holder === undefined ? "asking" : "found";
      this.#show({ ...state, step, problem });
    }
  }

  /** A person's word, after looking at the terminal. Without a name nothing is written down. */
  async settle(decision: Decision, by: string): Promise<void> {
    const state = this.#state;
    const name = by.trim();
    if (name === "" || (state.name !== "blocked" && state.name !== "history-lost") || state.step !== "asking")
      return;
    const generation = this.#generation;
    this.#show({ ...state, step: "settling", problem: undefined });
    try {
      await this.#terminal().settle(state.entry.key, { outcome: decision, by: name });
      this.#events.settled({ entry: state.entry, decision, by: name });
      if (generation !== this.#generation) return;
      if (state.name === "blocked") this.#show({ name: "settled", entry: state.entry, decision, by: name });
      else await this.#showPending(generation);
    } catch (error) {
      const problem = asConcertError(error);
      this.#events.error(problem);
      if (generation === this.#generation) this.#show({ ...state, step: "asking", problem });
    }
  }

  /** The cashier looked at the terminal and it shows no payment. */
  confirmLooked(): void {
    if (this.#state.name === "done") this.#show({ ...this.#state, looked: true });
  }

  /** On to the next payment, or to the next unsettled one. */
  async next(): Promise<void> {
    if (needsLook(this.#state)) return;
    if (["done", "settled", "error"].includes(this.#state.name)) await this.#showPending(this.#generation);
  }

  async #open(generation: number): Promise<void> {
    try {
      const opened = await this.#source.open(this.#late);
      if (generation !== this.#generation) return void opened?.close();
      if (opened === undefined) return this.#show({ name: "connecting", picking: false, problem: undefined });
      this.#opened = opened;
      await this.#showPending(generation, true);
    } catch (error) {
      if (generation === this.#generation) this.#show({ name: "unavailable", error: asConcertError(error) });
    }
  }

  async #showPending(generation: number, atStart = false): Promise<void> {
    try {
      const pending = (await this.#terminal().pending()).filter(isUnsettled);
      const paid = atStart && pending.length === 0 ? await this.#paidAlready() : undefined;
      if (generation !== this.#generation || isRunning(this.#state)) return;
      if (paid === undefined) this.#show(stateOf(pending[0]));
      else await this.#showOutcome(paid);
    } catch (error) {
      if (generation === this.#generation && !isRunning(this.#state))
        this.#show({ name: "error", error: asConcertError(error) });
    }
  }

  /** The page may have died between the approval and its own note of it: a paid sale is never shown as unpaid. */
  async #paidAlready(): Promise<Outcome | undefined> {
    const key = this.#saleKey();
    const recorded = key === undefined ? undefined : await this.#terminal().recorded(key);
    return recorded?.outcome === "approved" ? recorded : undefined;
  }

  #phase(phase: Phase): void {
    this.#events.phase(phase);
    if (phase !== "done" && isRunning(this.#state)) this.#show({ ...this.#state, name: phase });
  }

  async #showOutcome(outcome: Outcome): Promise<void> {
    if (isSettledOutcome(outcome)) this.#show({ name: "done", outcome, looked: false });
    else await this.#showUnsettled(outcome);
    this.#events.result(outcome);
  }

  async #showUnsettled(outcome: Outcome): Promise<void> {
    const pending = await this.#terminal()
      .pending()
      .catch(() => []);
    const entry = pending.find(({ key }) => key === outcome.key) ?? pending[0];
    const state = stateOf(entry);
    // Without its entry there is nothing to settle, and still nothing may be paid: the outcome itself is shown.
    if (state.name === "idle") this.#show({ name: "done", outcome, looked: false });
    else this.#show(state.name === "blocked" ? { ...state, outcome } : state);
  }

  async #showRefused(error: ConcertError): Promise<void> {
    this.#show({ name: "error", error });
    this.#events.error(error);
    if (error.pendingKey !== undefined) await this.#showPending(this.#generation);
  }

  async #ended(generation: number, show: () => Promise<void>): Promise<void> {
    if (generation === this.#generation) await show();
    const after = this.#afterPayment;
    this.#afterPayment = undefined;
    await after?.();
  }

  readonly #late: LateAnswer = (entry, outcome) => {
    const state = this.#state;
    if (state.name === "blocked" && state.entry.key === entry.key)
      this.#show({ name: "done", outcome, looked: false });
    this.#events.result(outcome);
  };

  #refusal(): ConcertError | undefined {
    const state = this.#state;
    if (state.name === "unavailable") return state.error;
    const isApproved = state.name === "done" && state.outcome.outcome === "approved";
    if (this.#opened !== undefined && (mayPay(state) || isApproved || state.name === "settled"))
      return undefined;
    const pending =
      state.name === "blocked" || state.name === "history-lost" ? { pendingKey: state.entry.key } : {};
    return new ConcertError("WRONG_STATE", `pay() called while ${state.name}; ${remedyFor(state)}`, pending);
  }

  /** False when the question was answered otherwise meanwhile: by a late answer, or by leaving the terminal. */
  #isOpenQuestion(generation: number, { entry }: BlockedState): boolean {
    const state = this.#state;
    return generation === this.#generation && state.name === "blocked" && state.entry.key === entry.key;
  }

  #terminal(): Terminal {
    if (this.#opened === undefined)
      throw new ConcertError("WRONG_STATE", "no terminal is connected; connect it first");
    return this.#opened.terminal;
  }

  async #close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await opened?.close();
  }

  #show(state: PayState): void {
    this.#state = state;
    this.#events.state(state);
  }
}

/** What an unsettled entry puts on the screen; without one the button is free. */
function stateOf(entry: JournalEntry | undefined): PayState {
  if (entry === undefined) return { name: "idle" };
  return entry.kind === "payment"
    ? { name: "blocked", entry, step: "found", outcome: undefined, problem: undefined }
    : { name: "history-lost", entry, step: "asking", problem: undefined };
}

function remedyFor(state: PayState): string {
  switch (state.name) {
    case "starting":
      return "wait until the button is there";
    case "connecting":
      return "connect the terminal first";
    case "blocked":
    case "history-lost":
      return "settle it first";
    case "done":
      return "look at the terminal and confirm first";
    default:
      return "await the first payment";
  }
}

function asConcertError(error: unknown): ConcertError {
  if (error instanceof ConcertError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new ConcertError("NOT_SUPPORTED", text, { reason: "unexpected", cause: error });
}
