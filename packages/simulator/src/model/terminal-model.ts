/**
 * The terminal itself, without any carrier: one transaction at a time for all connections, a script of behaviours, a
 * screen, and a ledger of what really happened. Requests come in as message bytes, answers go out as deliveries; the
 * only thing it waits for is the clock it is given, so a virtual clock makes it deterministic.
 * @module
 */
import { currencyByCode, type Clock, type Dialect } from "@concert-pay/core";
import { composeAnswer, type TerminalIdentity } from "./answer.ts";
import type { AnswerPlan, Behaviour, BehaviourChoice } from "./behaviour.ts";
import { findBehaviour } from "./find-behaviour.ts";
import { atOnce, travelling, type ReplyTo } from "./delivery.ts";
import { Accounts } from "./accounts.ts";
import { Display } from "./display.ts";
import { ACTIONS, type Fate, type LedgerEntry, type RequestRecord } from "./ledger.ts";
import { FINANCIAL, readRequest, type ReadRequest } from "./request.ts";
import { KEY_BEHAVIOURS, type Key, type Screen, type ShownPayment } from "./screen.ts";
import { Script } from "./script.ts";
import { answerService, type ServiceStyle } from "./services.ts";

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
  /** How requests that move no money are answered. Default `"own"`. */
  readonly serviceStyle?: ServiceStyle;
  /** How long that takes, in milliseconds; asked anew for each. Default 0. */
  readonly serviceMs?: () => number;
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

export class TerminalModel {
  readonly #clock: Clock;
  readonly #script: Script;
  readonly #options: Required<Pick<TerminalModelOptions, "processingMs" | "entryMs" | "resultMs">>;
  readonly #identity: TerminalIdentity;
  readonly #currencies: readonly string[] | undefined;
  readonly #service: { readonly style: ServiceStyle; readonly ms: () => number };
  readonly #accounts = new Accounts();
  readonly #display = new Display();
  #transaction: Transaction | undefined;
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
    this.#service = { style: options.serviceStyle ?? "own", ms: options.serviceMs ?? (() => 0) };
    this.#identity = { version: options.version ?? "0301", identifier: options.identifier ?? "330538600404" };
    this.#currencies = options.currencies?.map((code) => currencyByCode(code)?.digits ?? code);
  }

  /** Money that moved, oldest first. */
  get ledger(): readonly LedgerEntry[] {
    return this.#accounts.ledger;
  }

  /** Every request, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.#accounts.requests;
  }

  get screen(): Screen {
    return this.#display.screen;
  }

  /** True while another financial request is refused. */
  get busy(): boolean {
    return this.#transaction !== undefined || this.screen.name === "occupied";
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
    return this.#display.watch(listener);
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
    if (this.#transaction === undefined || this.screen.name !== "card-expected") return false;
    this.#process(this.#transaction, findBehaviour(choice));
    return true;
  }

  /** Busy with something no register asked for (a forgotten sale), until `free()`. */
  occupy(): void {
    if (this.#transaction !== undefined) return;
    this.#cancelTimer?.();
    this.#display.show({ name: "occupied" });
  }

  free(): void {
    if (this.screen.name === "occupied") this.#display.clear();
  }

  /** What the last transaction should have been answered, whatever it was. */
  lastAnswer(): Uint8Array | undefined {
    const last = this.#accounts.ended.at(-1);
    return last === undefined ? undefined : composeAnswer(last.plan, last.request, last, this.#identity);
  }

  /** Power off and on: what the customer had not decided is lost, and nothing is charged for it. */
  reboot(): void {
    const lost = this.#transaction;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#transaction = undefined;
    if (lost !== undefined) this.#accounts.settle(lost.record, { fate: "lost", answer: "undelivered" });
    this.#display.clear();
  }

  #note(request: ReadRequest, { connection }: ReplyTo, fate: Fate, behaviour?: string): RequestRecord {
    return this.#accounts.note(request, this.#clock.now(), connection, fate, behaviour);
  }

  #refuse(request: ReadRequest, replyTo: ReplyTo, fate: Fate, reason: string | undefined): void {
    const record = this.#note(request, replyTo, fate);
    const plan: AnswerPlan = { status: "01", ...(reason === undefined ? {} : { reason }) };
    const nothing = { charged: undefined, authorisation: undefined };
    const answer = composeAnswer(plan, { ...request, ticketKind: undefined }, nothing, this.#identity);
    replyTo.deliver(atOnce(answer, { settled: this.#settledBy(record) }));
  }

  #serve(request: ReadRequest, replyTo: ReplyTo): void {
    const record = this.#note(request, replyTo, "served");
    const restart = request.action === "R" && !this.busy;
    const answer = answerService(request, {
      identity: this.#identity,
      ended: this.#accounts.ended,
      running: this.#transaction?.request,
      busy: this.busy,
      style: this.#service.style,
    });
    const afterMs = this.#service.ms();
    replyTo.deliver(atOnce(answer, { afterMs, restart, settled: this.#settledBy(record) }));
  }

  #begin(request: ReadRequest, replyTo: ReplyTo): void {
    const behaviour = this.#script.take();
    const record = this.#note(request, replyTo, "in-progress", behaviour.name);
    const payment: ShownPayment = {
      action: ACTIONS[request.action ?? "0"] ?? "debit",
      amount: request.amount ?? 0,
      currency: request.currency ?? "",
      cheque: request.cheque,
    };
    const transaction = { request, record, replyTo, behaviour, payment };
    const interactive = behaviour.interactive === true;
    this.#transaction = transaction;
    this.#display.show({ name: "card-expected", payment, interactive });
    if (request.immediate) this.#acknowledge(transaction);
    // Whoever watches the screen may have acted at once.
    if (this.#transaction !== transaction || this.screen.name !== "card-expected") return;
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
    this.#display.show({ name: "processing", payment: transaction.payment });
    this.#after(this.#options.processingMs, () => this.#end(transaction, behaviour));
  }

  #end(transaction: Transaction, behaviour: Behaviour): void {
    const { request, record, replyTo, payment } = transaction;
    const { answer: plan } = behaviour;
    const charged = behaviour.charges ? chargedAmount(plan, payment.amount) : undefined;
    this.#transaction = undefined;
    const now = this.#clock.now();
    const authorisation =
      charged === undefined ? undefined : this.#accounts.charge(charged, payment, record, now);
    this.#accounts.remember({ request, plan: truePlan(behaviour), charged, authorisation });
    this.#accounts.settle(record, { fate: behaviour.charges ? "charged" : "not-charged" });
    this.#display.show({ name: "result", payment, charged: behaviour.charges });
    this.#after(this.#options.resultMs, () => this.#display.clear());
    if (request.immediate) return;
    const facts = { charged, authorisation };
    const message = plan === undefined ? undefined : composeAnswer(plan, request, facts, this.#identity);
    if (message === undefined) this.#accounts.settle(record, { answer: "withheld" });
    const settled = message === undefined ? {} : { settled: this.#settledBy(record) };
    replyTo.deliver({ ...travelling(behaviour, message), ...settled });
  }

  #settledBy(record: RequestRecord): (sent: boolean) => void {
    return (sent) => this.#accounts.settle(record, { answer: sent ? "sent" : "undelivered" });
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
