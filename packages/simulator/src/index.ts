/**
 * A Concert payment terminal to develop and test against: over TCP, on a serial line, in the page.
 * @module
 */
export { behaviourNames, type Behaviour, type BehaviourChoice } from "./model/behaviour.ts";
export type { Fate, LedgerEntry, RequestRecord } from "./model/ledger.ts";
export type { Key, Screen, ShownPayment } from "./model/screen.ts";
export { TerminalModel, type TerminalModelOptions } from "./model/terminal-model.ts";
export { startSimulator, type ServiceSettings, type Simulator, type SimulatorOptions } from "./simulator.ts";
