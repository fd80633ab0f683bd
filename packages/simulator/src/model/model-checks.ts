/**
 * What a terminal can be told, whatever it is connected by.
 * @module
 */
import { currencyByCode } from "@concert-pay/core";
import {
  callback,
  clock,
  elementText,
  listOf,
  milliseconds,
  oneOf,
  rule,
  type Check,
  type Checks,
} from "../checks.ts";
import type { BehaviourChoice } from "./behaviour.ts";
import { findBehaviour } from "./find-behaviour.ts";
import type { TerminalModelOptions } from "./terminal-model.ts";

const MOST_CURRENCIES = 1_000;

const MOST_BEHAVIOURS = 100_000;

const behaviour: Check = (_, choice) => void findBehaviour(choice as BehaviourChoice);

export const MODEL: Checks<TerminalModelOptions> = {
  clock,
  behaviour,
  behaviours: listOf(behaviour, MOST_BEHAVIOURS),
  delayMs: milliseconds,
  processingMs: milliseconds,
  entryMs: milliseconds,
  resultMs: milliseconds,
  currencies: listOf(
    rule(
      "a currency of ISO 4217, in letters or digits",
      (code) => typeof code === "string" && (currencyByCode(code) !== undefined || /^\d{3}$/.test(code)),
    ),
    MOST_CURRENCIES,
  ),
  serviceStyle: oneOf("own", "bare", "last"),
  serviceMs: callback,
  version: elementText,
  identifier: elementText,
};
