/**
 * A behaviour by its name in the catalogue, with what a caller wants otherwise.
 * @module
 */
import { badRequest } from "@concert-pay/core";
import { record } from "../checks.ts";
import type { Behaviour, BehaviourChoice } from "./behaviour.ts";
import { BEHAVIOUR } from "./behaviour-checks.ts";
import { CATALOGUE } from "./catalogue.ts";

/** Names for `--help` and for lists on screen. */
export function behaviourNames(): readonly string[] {
  return CATALOGUE.map(({ name }) => name);
}

const checkBehaviour = record(BEHAVIOUR);

/** @throws ConcertError `BAD_REQUEST` naming `behaviour`, or its field: `behaviour.answer.status` */
export function findBehaviour(choice: BehaviourChoice): Behaviour {
  const name = typeof choice === "string" ? choice : choice?.name;
  const known = CATALOGUE.find((behaviour) => behaviour.name === name);
  if (known === undefined) throw badRequest("behaviour", `one of ${behaviourNames().join(", ")}`, name);
  if (typeof choice === "string") return known;
  checkBehaviour("behaviour", choice);
  return { ...known, ...choice };
}
