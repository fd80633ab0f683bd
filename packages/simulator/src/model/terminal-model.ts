/**
 * The terminal itself, without any carrier: one transaction at a time for all connections, a script of behaviours, a
 * screen, and a ledger of what really happened. Requests come in as message bytes, answers go out as deliveries; the
 * only thing it waits for is the clock it is given, so a virtual clock makes it deterministic.
 * @module
 */
import { currencyByCode, type Clock, type Dialect } from "@concert-pay/core";
import { composeAnswer, type TerminalIdentity } from "./answer.ts";
import { findBehaviour, type AnswerPlan, type Behaviour, type BehaviourChoice } from "./behaviour.ts";
import { atOnce, travelling, type ReplyTo } from "./delivery.ts";
import { ACTIONS, type Fate, type LedgerEntry, type RequestRecord } from "./ledger.ts";
import { FINANCIAL, readRequest, type ReadRequest } from "./request.ts";
import { KEY_BEHAVIOURS, type Key, type Screen, type ShownPayment } from "./screen.ts";
import { Script } from "./script.ts";
import { answerService, type Ended } from "./services.ts";

export interface TerminalModelOptions {
  readonly clock: Clock;
  /** For each financial request once `behaviours` are used up. Default `"approve"`. */
  readonly behaviour?: BehaviourChoice;
  /** For the first financial requests, one each. */
  readonly behaviours?: readonly BehaviourChoice[];
  /** How long the customer takes, in milliseconds. Default 0. */
  readonly delayMs?: number;
  /** How long the bank is asked, shown on the screen as `processing`. Default 0. */
  readonly processingMs?: number;
  /** How long an interactive terminal waits before AF=08, in milliseconds. Default 120 000. */
  readonly entryMs?: number;
  /** How long a result stays on the screen. Default 3 000. */
  readonly resultMs?: number;
  /** Currencies known, letters or digits; others are answered AF=13. Default: all. */
  readonly currencies?: readonly string[];
  /** CZ of answers. Default `"0301"`. */
  readonly version?: string;
  /** CJ of answers. Default `"330538600404"`. */
  readonly identifier?: string;
}

interface Transaction {
  readonly request: ReadRequest;
  readonly record: RequestRecord;
  readonly replyTo: ReplyTo;
  readonly behaviour: Behaviour;
  readonly payment: ShownPayment;
}

/** Ended transactions kept for CD=3 and CD=T. */
const KEPT = 100;
/** AC is at most 10 characters (protocol.md 2.1). */
const FIRST_AUTHORISATION = 100_001;

export class TerminalModel {
  readonly #clock: Clock;
  readonly #script: Script;
  readonly #options: Required<Pick<TerminalModelOptions, "processingMs" | "entryMs" | "resultMs">>;
  readonly #identity: TerminalIdentity;
  readonly #currencies: readonly string[] | undefined;
  readonly #ledger: LedgerEntry[] = [];
  readonly #requests: RequestRecord[] = [];
  readonly #listeners = new Set<(screen: Screen) => void>();
  #ended: readonly Ended[] = [];
  #transaction: Transaction | undefined;
  #screen: Screen = { name: "idle" };
  #cancelTimer: (() => void) | undefined;
  /** How long the customer takes, in milliseconds. */
  delayMs: number;

  /** @throws ConcertError `BAD_REQUEST` naming `behaviour` */
  constructor(options: TerminalModelOptions) {
    this.#clock = options.clock;
    this.#script = new Script(options.behaviour ?? "approve", options.behaviours ?? []);
    this.delayMs = options.delayMs ?? 0;
    this.#options = {
      processingMs: options.processingMs ?? 0,
      entryMs: options.entryMs ?? 120_000,
      resultMs: options.resultMs ?? 3_000,
    };
    this.#identity = { version: options.version ?? "0301", identifier: options.identifier ?? "330538600404" };
    this.#currencies = options.currencies?.map((code) => currencyByCode(code)?.digits ?? code);
  }

  /** Money that moved, oldest first. */
  get ledger(): readonly LedgerEntry[] {
    return this.#ledger;
  }

  /** Every request, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.#requests;
  }

  get screen(): Screen {
    return this.#screen;
  }

  /** True while another financial request is refused. */
  get busy(): boolean {
    return this.#transaction !== undefined || this.#screen.name === "occupied";
  }

  /** What the next financial request will meet. */
  get upcoming(): Behaviour {
    return this.#script.next;
  }

  /** How many behaviours were used up: changes with each financial request that was begun. */
  get taken(): number {
    return this.#script.taken;
  }

  /** Calls back with each new screen. Returns what ends it. */
  onScreen(listener: (screen: Screen) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** One behaviour for each of the next financial requests. @throws ConcertError `BAD_REQUEST` */
  script(behaviours: readonly BehaviourChoice[]): void {
    this.#script.replace(behaviours);
  }

  /** For requests beyond the script. @throws ConcertError `BAD_REQUEST` */
  setBehaviour(behaviour: BehaviourChoice): void {
    this.#script.standard = behaviour;
  }

  /** Uses up one behaviour of the script without a request. */
  skip(): void {
    this.#script.take();
  }

  /** One whole message from a register. Never throws, whatever the bytes. */
  receive(dialect: Dialect, data: Uint8Array, replyTo: ReplyTo): void {
    const request = readRequest(dialect, data);
    const financial = request.action !== undefined && FINANCIAL.includes(request.action);
    if (request.fault !== undefined) this.#refuse(request, replyTo, "malformed", request.fault);
    else if (!financial) this.#serve(request, replyTo);
    // PayXpress: AE=01 at once (protocol.md 5, "Busy"). It gives no AF with it.
    else if (this.busy) this.#refuse(request, replyTo, "busy", undefined);
    else if (this.#currencies?.includes(request.currency ?? "") === false)
      this.#refuse(request, replyTo, "refused", "13");
    else this.#begin(request, replyTo);
  }

  /** Someone acts at the terminal. False when it waits for nobody. */
  press(key: Key): boolean {
    return this.decide(KEY_BEHAVIOURS[key]);
  }

  /** Ends the wait for the customer with that behaviour. False when it waits for nobody. */
  decide(choice: BehaviourChoice): boolean {
    if (this.#transaction === undefined || this.#screen.name !== "card-expected") return false;
    this.#process(this.#transaction, findBehaviour(choice));
    return true;
  }

  /** Busy with something no register asked for (a forgotten sale), until `free()`. */
  occupy(): void {
    if (this.#transaction === undefined) this.#show({ name: "occupied" });
  }

  free(): void {
    if (this.#screen.name === "occupied") this.#show({ name: "idle" });
  }

  /** What the last transaction should have been answered, whatever it was. */
  lastAnswer(): Uint8Array | undefined {
    const last = this.#ended.at(-1);
    return last === undefined ? undefined : composeAnswer(last.plan, last.request, last, this.#identity);
  }

  /** Power off and on: what the customer had not decided is lost, and nothing is charged for it. */
  reboot(): void {
    const lost = this.#transaction;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#transaction = undefined;
    if (lost !== undefined) this.#settle(lost.record, { fate: "lost", answer: "undelivered" });
    if (this.#screen.name !== "idle") this.#show({ name: "idle" });
  }

  #record(request: ReadRequest, replyTo: ReplyTo, fate: Fate, behaviour?: string): RequestRecord {
    const { dialect, action, amount, currency, register, reference } = request;
    const at = this.#clock.now();
    const index = this.#requests.length;
    const { connection } = replyTo;
    const about = { dialect, action, amount, currency, register, reference, behaviour };
    const record: RequestRecord = { index, at, connection, ...about, fate, answer: "pending" };
    this.#requests.push(record);
    return record;
  }

  #settle({ index }: RequestRecord, change: Partial<Pick<RequestRecord, "fate" | "answer">>): void {
    const record = this.#requests[index];
    if (record !== undefined) this.#requests[index] = { ...record, ...change };
  }

  #refuse(request: ReadRequest, replyTo: ReplyTo, fate: Fate, reason: string | undefined): void {
    const record = this.#record(request, replyTo, fate);
    const plan: AnswerPlan = { status: "01", ...(reason === undefined ? {} : { reason }) };
    const nothing = { charged: undefined, authorisation: undefined };
    const answer = composeAnswer(plan, { ...request, ticketKind: undefined }, nothing, this.#identity);
    replyTo.deliver(atOnce(answer, { settled: this.#settledBy(record) }));
  }

  #serve(request: ReadRequest, replyTo: ReplyTo): void {
    const record = this.#record(request, replyTo, "served");
    const restart = request.action === "R" && !this.busy;
    const answer = answerService(request, {
      identity: this.#identity,
      ended: this.#ended,
      running: this.#transaction?.request,
      busy: this.busy,
    });
    replyTo.deliver(atOnce(answer, { restart, settled: this.#settledBy(record) }));
  }

  #begin(request: ReadRequest, replyTo: ReplyTo): void {
    const behaviour = this.#script.take();
    const record = this.#record(request, replyTo, "in-progress", behaviour.name);
    const payment: ShownPayment = {
      action: ACTIONS[request.action ?? "0"] ?? "debit",
      amount: request.amount ?? 0,
      currency: request.currency ?? "",
      cheque: request.cheque,
    };
    const transaction = { request, record, replyTo, behaviour, payment };
    const interactive = behaviour.interactive === true;
    this.#transaction = transaction;
    this.#show({ name: "card-expected", payment, interactive });
    if (request.immediate) this.#acknowledge(transaction);
    const wait = interactive ? this.#options.entryMs : (behaviour.customerMs ?? this.delayMs);
    const outcome = interactive ? findBehaviour("entry-timeout") : behaviour;
    this.#after(wait, () => this.#process(transaction, outcome));
  }

  /** AE=11 is all that a register which asked for BA=1 or A011 hears (protocol.md 4.5). */
  #acknowledge({ request, replyTo, record }: Transaction): void {
    const nothing = { charged: undefined, authorisation: undefined };
    const plain = { ...request, ticketKind: undefined };
    const answer = composeAnswer({ status: "11" }, plain, nothing, this.#identity);
    replyTo.deliver(atOnce(answer, { settled: this.#settledBy(record) }));
  }

  #process(transaction: Transaction, behaviour: Behaviour): void {
    this.#show({ name: "processing", payment: transaction.payment });
    this.#after(this.#options.processingMs, () => this.#end(transaction, behaviour));
  }

  #end(transaction: Transaction, behaviour: Behaviour): void {
    const { request, record, replyTo, payment } = transaction;
    const { answer: plan } = behaviour;
    const authorisation = behaviour.charges ? String(FIRST_AUTHORISATION + this.#ledger.length) : undefined;
    const charged = behaviour.charges ? chargedAmount(plan, payment.amount) : undefined;
    this.#transaction = undefined;
    if (charged !== undefined && authorisation !== undefined) {
      const { currency, action } = payment;
      const { register = "", reference } = request;
      const more = reference === undefined ? {} : { reference };
      const at = this.#clock.now();
      this.#ledger.push({
        at,
        action,
        amount: charged,
        currency,
        register,
        ...more,
        request: record.index,
        authorisation,
      });
    }
    this.#remember({ request, plan: truePlan(behaviour), charged, authorisation });
    this.#settle(record, { fate: behaviour.charges ? "charged" : "not-charged" });
    this.#show({ name: "result", payment, charged: behaviour.charges });
    this.#after(this.#options.resultMs, () => this.#show({ name: "idle" }));
    if (request.immediate) return;
    const facts = { charged, authorisation };
    const message = plan === undefined ? undefined : composeAnswer(plan, request, facts, this.#identity);
    if (message === undefined) this.#settle(record, { answer: "withheld" });
    const settled = message === undefined ? {} : { settled: this.#settledBy(record) };
    replyTo.deliver({ ...travelling(behaviour, message), ...settled });
  }

  #remember(ended: Omit<Ended, "ticket">): void {
    const { request, charged, authorisation } = ended;
    const { amount, currency } = request;
    const done = charged !== undefined;
    const ticket = { amount: charged ?? amount, currency, done, authorisation, maskedCard: undefined };
    this.#ended = [...this.#ended, { ...ended, ticket }].slice(-KEPT);
  }

  #settledBy(record: RequestRecord): (sent: boolean) => void {
    return (sent) => this.#settle(record, { answer: sent ? "sent" : "undelivered" });
  }

  /** One timer: the terminal does one thing at a time. No wait means now, so that nothing can come in between. */
  #after(delayMs: number, run: () => void): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (delayMs <= 0) return run();
    this.#cancelTimer = this.#clock.setTimer(this.#clock.now() + delayMs, () => {
      this.#cancelTimer = undefined;
      run();
    });
  }

  #show(screen: Screen): void {
    this.#screen = screen;
    for (const listener of this.#listeners) listener(screen);
  }
}

function chargedAmount(plan: AnswerPlan | undefined, asked: number): number {
  switch (plan?.amount) {
    case "lower":
      return Math.max(1, Math.floor(asked / 2));
    case "higher":
      return asked + 1;
    default:
      return asked;
  }
}

/** What the terminal knows of the transaction, however badly it answered. */
function truePlan(behaviour: Behaviour): AnswerPlan {
  const { charges, answer } = behaviour;
  const amount = answer?.amount === "lower" || answer?.amount === "higher" ? { amount: answer.amount } : {};
  if (charges) return { status: "10", card: answer?.card ?? "contact", ...amount };
  const reason = answer?.status === "01" ? answer.reason : "07";
  return { status: "01", ...(reason === undefined ? {} : { reason }) };
}
