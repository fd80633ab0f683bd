/**
 * The outputs of one step, and the counters they explain.
 * @module
 */
import type { LinkFault, LinkOutput } from "../link.ts";
import { SERIAL_COUNTERS, type SerialCounter } from "./counters.ts";

const NOTHING: Uint8Array = new Uint8Array();

export class SerialOutputs {
  readonly counters: Record<SerialCounter, number>;
  #outputs: LinkOutput[] = [];
  #dropped: { readonly why: SerialCounter; readonly bytes: number[] } | undefined;

  constructor() {
    const zeros = Object.keys(SERIAL_COUNTERS).map((name) => [name, 0]);
    this.counters = Object.fromEntries(zeros) as Record<SerialCounter, number>;
  }

  push(output: LinkOutput): void {
    this.#endDropped();
    this.#outputs.push(output);
  }

  fail(stage: "before" | "after", fault: LinkFault, offset?: number): void {
    const at = offset === undefined ? {} : { offset };
    this.push({ type: "failed", stage, fault, received: NOTHING, ...at });
  }

  /** Bytes dropped one after the other for one reason come out as one. */
  discard(bytes: Uint8Array, why: SerialCounter): void {
    if (this.#dropped?.why !== why) {
      this.#endDropped();
      this.#dropped = { why, bytes: [] };
    }
    for (const byte of bytes) this.#dropped.bytes.push(byte);
  }

  /** What came together since the last call. */
  take(): readonly LinkOutput[] {
    this.#endDropped();
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  #endDropped(): void {
    const dropped = this.#dropped;
    this.#dropped = undefined;
    if (dropped === undefined || dropped.bytes.length === 0) return;
    const why = SERIAL_COUNTERS[dropped.why];
    this.#outputs.push({ type: "discarded", bytes: Uint8Array.from(dropped.bytes), why });
  }
}
