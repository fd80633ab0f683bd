/**
 * The terminal of a world: the model of this package with its real links, on whatever carrier the world has. It can be
 * switched off and on, and its service can restart under a payment.
 * @module
 */
import type { Dialect } from "@concert-pay/core";
import { Attachment } from "../attachment.ts";
import { ipFraming, terminalLink } from "../links.ts";
import type { ReplyTo } from "../model/delivery.ts";
import { FINANCIAL } from "../model/request.ts";
import { TerminalModel } from "../model/terminal-model.ts";
import type { Call } from "./call.ts";
import type { SerialLine } from "./carriers/serial-line.ts";
import type { TcpConnection } from "./carriers/tcp.ts";
import { LeftAnswers } from "./left-answers.ts";
import { LINE_FAULTS } from "./plan.ts";
import type { Fault } from "./tally.ts";
import type { World } from "./world.ts";

/** Which call each request came of, as the world saw it leave a page. */
class WatchedModel extends TerminalModel {
  readonly #world: World;
  readonly calls: (Call | undefined)[] = [];
  readonly callOf: Map<number, () => Call | undefined> = new Map();

  constructor(world: World) {
    super({
      clock: world.clock,
      behaviours: world.plan.behaviours,
      behaviour: { name: "approve", customerMs: 3_000 },
      resultMs: 1_000,
      serviceStyle: world.plan.serviceStyle,
      serviceMs: () => (world.calm ? 0 : world.random.between(0, world.plan.serviceMs)),
    });
    this.#world = world;
  }

  override receive(dialect: Dialect, data: Uint8Array, replyTo: ReplyTo): void {
    const index = this.requests.length;
    const call = this.callOf.get(replyTo.connection)?.();
    this.calls[index] = call;
    super.receive(dialect, data, replyTo);
    const record = this.requests[index];
    if (record === undefined) return;
    const { log, judge, tally, calm } = this.#world;
    const financial = FINANCIAL.includes(record.action ?? "") && record.fate !== "malformed";
    log.note(
      "terminal",
      () =>
        `took request ${record.action} of ${record.amount} for ${call?.key}: ${record.fate} ${record.behaviour ?? ""}`,
    );
    if (financial) judge.requested(index, record, call);
    const fault = calm ? undefined : faultOf(record.behaviour);
    if (fault !== undefined) tally.faults[fault] += 1;
    this.#world.step();
  }
}

/** What a behaviour of the model counts as. */
function faultOf(behaviour: string | undefined): Fault | undefined {
  switch (behaviour) {
    case "late":
      return "answer late";
    case "duplicate-answer":
      return "answer twice";
    case "silence":
    case "charge-then-silence":
    case "charge-then-hang-up":
    case "charge-then-reset":
    case "hang-up-without-answer":
      return "answer withheld";
    case "garbage":
    case "bad-length":
    case "overrun":
    case "unknown-status":
    case "without-status":
    case "missing-amount":
    case "lower-amount":
    case "higher-amount":
    case "other-register":
    case "other-action":
    case "contradictory-reason":
      return "answer spoilt";
    default:
      return LINE_FAULTS.some((name) => name === behaviour) ? "dialogue spoilt" : undefined;
  }
}

export class Host {
  readonly model: WatchedModel;
  readonly #world: World;
  readonly #attachments = new Map<number, Attachment>();
  readonly #tcp = new Map<number, TcpConnection>();
  #line: SerialLine | undefined;
  #next = 0;
  #listening = true;
  readonly #left: LeftAnswers;
  #charged = 0;

  constructor(world: World) {
    this.#world = world;
    this.#left = new LeftAnswers(world);
    this.model = new WatchedModel(world);
    this.model.onScreen((screen) => {
      for (; this.#charged < this.model.ledger.length; this.#charged += 1) {
        const entry = this.model.ledger[this.#charged];
        world.log.note(
          "LEDGER",
          () => `${entry?.action} ${entry?.amount} for ${this.model.calls[entry?.request ?? -1]?.key}`,
        );
      }
      world.log.note("terminal", () => `screen: ${screen.name}`);
    });
  }

  /** False while the terminal or its service restarts. */
  get listening(): boolean {
    return this.#listening;
  }

  /** What a person at the terminal would call quiet: nothing runs, nothing is shown. */
  get quiet(): boolean {
    return this.#listening && !this.model.busy && this.model.screen.name === "idle";
  }

  accept(tcp: TcpConnection): void {
    const { plan, clock } = this.#world;
    const framing = plan.framed ? "serial" : ipFraming(plan.dialect);
    const connection = this.#next++;
    this.model.callOf.set(connection, () => tcp.call);
    const attachment = new Attachment({
      model: this.model,
      clock,
      dialect: plan.dialect,
      link: terminalLink(framing),
      framing,
      connection,
      ...(framing === "serial" ? { onLeft: (messages) => this.#left.keep(messages) } : {}),
      wire: {
        write: (bytes, written) => {
          tcp.send("far", bytes);
          written();
        },
        end: () => tcp.end("far"),
        reset: () => tcp.reset(),
      },
    });
    this.#attachments.set(connection, attachment);
    this.#tcp.set(connection, tcp);
    tcp.pipe.attach("far", {
      item: (bytes) => attachment.receive(bytes),
      ended: () => attachment.peerClosed({ writable: true }),
      lost: () => {
        attachment.peerClosed({ lost: true });
        this.#forget(connection);
      },
    });
    this.#left.opened(attachment);
  }

  /** The one serial line, for the whole life of the world. */
  plugIn(line: SerialLine): void {
    this.#line = line;
    this.#attachLine(line);
  }

  #attachLine(line: SerialLine): void {
    const { plan, clock } = this.#world;
    const connection = this.#next++;
    this.model.callOf.set(connection, () => line.call);
    const attachment = new Attachment({
      model: this.model,
      clock,
      dialect: plan.dialect,
      link: terminalLink("serial"),
      framing: "serial",
      permanent: true,
      connection,
      wire: { write: (bytes, written) => line.fromTerminal(bytes, written), end: () => {}, reset: () => {} },
    });
    this.#attachments.set(connection, attachment);
    line.toTerminal = (bytes) => attachment.receive(bytes);
  }

  /** Power off and on: what the customer had not decided is lost. */
  reboot(): void {
    this.#world.log.note("terminal", () => "REBOOTS");
    this.#stop(this.#world.random.between(2_000, 20_000));
    this.model.reboot();
  }

  /** Only the register's side of it: a payment goes on, its answer has nowhere to go. */
  restartService(): void {
    this.#world.log.note("terminal", () => "its service restarts");
    this.#stop(this.#world.random.between(0, 5_000));
  }

  /** Someone sells something without the register, and forgets it for a while. */
  forgetSale(forMs: number): void {
    this.model.occupy();
    this.#world.clock.after(forMs, () => this.model.free());
  }

  /** The terminal breaks one of its connections. */
  resetOne(how: "reset" | "freeze" | "end"): void {
    const { random } = this.#world;
    const open = [...this.#tcp.values()];
    if (open.length === 0) return;
    const tcp = random.pick(open);
    if (how === "reset") tcp.reset();
    else if (how === "freeze") tcp.freeze();
    else tcp.end("far");
  }

  #stop(forMs: number): void {
    this.#listening = false;
    for (const [connection, attachment] of this.#attachments) {
      attachment.detach();
      this.#tcp.get(connection)?.reset();
    }
    this.#attachments.clear();
    this.#tcp.clear();
    this.#left.forget();
    if (this.#line !== undefined) this.#line.toTerminal = () => {};
    this.#world.clock.after(forMs, () => {
      if (this.#listening) return;
      this.#listening = true;
      if (this.#line !== undefined) this.#attachLine(this.#line);
    });
  }

  #forget(connection: number): void {
    this.#attachments.delete(connection);
    this.#tcp.delete(connection);
  }
}
