/**
 * Which behaviour comes next: a list used up one per financial request, then a default.
 * @module
 */
import { badRequest } from "@concert-pay/core";
import type { Behaviour, BehaviourChoice } from "./behaviour.ts";
import { findBehaviour } from "./find-behaviour.ts";

export class Script {
  #queue: readonly Behaviour[] = [];
  #default: Behaviour;
  #taken = 0;

  constructor(standard: BehaviourChoice, queue: readonly BehaviourChoice[]) {
    this.#default = findBehaviour(standard);
    this.replace(queue);
  }

  /** What the next financial request will meet. */
  get next(): Behaviour {
    return this.#queue[0] ?? this.#default;
  }

  /** How many were used up. */
  get taken(): number {
    return this.#taken;
  }

  take(): Behaviour {
    const { next } = this;
    this.#taken += 1;
    this.#queue = this.#queue.slice(1);
    return next;
  }

  /** What is left of the old list is dropped. @throws ConcertError `BAD_REQUEST` naming `behaviours` or `behaviour` */
  replace(queue: readonly BehaviourChoice[]): void {
    if (!Array.isArray(queue)) throw badRequest("behaviours", "a list", queue);
    this.#queue = queue.map((choice: BehaviourChoice) => findBehaviour(choice));
  }

  set standard(choice: BehaviourChoice) {
    this.#default = findBehaviour(choice);
  }
}
