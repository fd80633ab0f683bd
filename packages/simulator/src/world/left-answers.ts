/**
 * Over IP in frames a terminal bids for its answers as on a line: on whichever connection it has. What could not leave on
 * the one that its request came on leaves on the next.
 * @module
 */
import type { Attachment, LeftMessage } from "../attachment.ts";
import type { World } from "./world.ts";

/** So long an answer waits for another connection: docs/simulation.md, "What is not tested". */
const LEFT_MS = 190_000;

export class LeftAnswers {
  readonly #world: World;
  #left: readonly LeftMessage[] = [];
  #open: Attachment | undefined;
  /** Counts the starts of the terminal: what it had to say is gone with each. */
  #starts = 0;

  constructor(world: World) {
    this.#world = world;
  }

  /** A connection was accepted. */
  opened(attachment: Attachment): void {
    this.#open = attachment;
    const left = this.#left;
    this.#left = [];
    for (const message of left) this.#bring(attachment, message);
  }

  keep(messages: readonly LeftMessage[]): void {
    const open = this.#open;
    if (open === undefined || open.closed) this.#left = [...this.#left, ...messages];
    else for (const message of messages) this.#bring(open, message);
  }

  /** The terminal, or its service, was started anew. */
  forget(): void {
    this.#left = [];
    this.#starts += 1;
  }

  #bring(attachment: Attachment, message: LeftMessage): void {
    const { clock, log, tally } = this.#world;
    const starts = this.#starts;
    clock.after(Math.max(0, message.readyAt - clock.now()), () => {
      if (starts !== this.#starts || clock.now() - message.since > LEFT_MS) return;
      if (attachment.closed) return this.keep([message]);
      log.note("terminal", () => "bids for an answer whose connection is gone");
      tally.faults["answer on another connection"] += 1;
      attachment.bring(message);
    });
  }
}
