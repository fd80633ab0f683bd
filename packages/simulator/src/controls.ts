/**
 * What every simulated terminal offers, wherever it runs.
 * @module
 */
import type { BehaviourChoice } from "./model/behaviour.ts";
import type { LedgerEntry, RequestRecord } from "./model/ledger.ts";
import type { Key, Screen } from "./model/screen.ts";
import type { TerminalModel } from "./model/terminal-model.ts";

export class TerminalControls {
  readonly model: TerminalModel;

  constructor(model: TerminalModel) {
    this.model = model;
  }

  /** Money that moved, oldest first. */
  get ledger(): readonly LedgerEntry[] {
    return this.model.ledger;
  }

  /** Every request with its fate, oldest first. */
  get requests(): readonly RequestRecord[] {
    return this.model.requests;
  }

  get screen(): Screen {
    return this.model.screen;
  }

  /** Calls back with each new screen. Returns what ends it. */
  onScreen(listener: (screen: Screen) => void): () => void {
    return this.model.onScreen(listener);
  }

  /** One behaviour for each of the next financial requests. @throws ConcertError `BAD_REQUEST` */
  script(behaviours: readonly BehaviourChoice[]): void {
    this.model.script(behaviours);
  }

  /** For requests beyond the script. @throws ConcertError `BAD_REQUEST` */
  setBehaviour(behaviour: BehaviourChoice): void {
    this.model.setBehaviour(behaviour);
  }

  /** Someone acts at the terminal. False when it waits for nobody. */
  press(key: Key): boolean {
    return this.model.press(key);
  }

  /** A contactless card. */
  tap(): boolean {
    return this.press("tap");
  }

  /** A card with its chip. */
  insert(): boolean {
    return this.press("insert");
  }

  /** The bank refuses. */
  refuse(): boolean {
    return this.press("refuse");
  }

  /** The cardholder gives up. */
  redKey(): boolean {
    return this.press("red");
  }

  /** The terminal goes dead; nothing is charged. */
  silence(): boolean {
    return this.press("silence");
  }

  /** Busy with something no register asked for (a forgotten sale), until `free()`. */
  occupy(): void {
    this.model.occupy();
  }

  free(): void {
    this.model.free();
  }
}
