/**
 * A register on a serial line in virtual time: core's own link in the other role, nothing judged.
 * @module
 */
import { SerialLink, type Connection, type LinkInput, type LinkOutput } from "@concert-pay/core";
import type { VirtualClock } from "./virtual-clock.ts";

export class LineRegister {
  /** All outputs of the link but writes, in order. */
  readonly outputs: LinkOutput[] = [];
  /** Bytes heard, before the link read them, with their times. */
  readonly heard: { readonly at: number; readonly bytes: Uint8Array }[] = [];
  readonly #link = new SerialLink({ role: "register", maskBit7: true });
  readonly #connection: Connection;
  readonly #clock: VirtualClock;
  #cancel: (() => void) | undefined;

  constructor(connection: Connection, clock: VirtualClock) {
    this.#connection = connection;
    this.#clock = clock;
    void this.#read();
  }

  /** Messages of the terminal. */
  get messages(): readonly Extract<LinkOutput, { type: "message" }>[] {
    return this.outputs.filter((output) => output.type === "message");
  }

  get failures(): readonly string[] {
    return this.outputs.flatMap((output) =>
      output.type === "failed" ? [`${output.stage} ${output.fault}`] : [],
    );
  }

  /** True when the terminal acknowledged the last request. */
  get sent(): boolean {
    return this.outputs.some(({ type }) => type === "sent");
  }

  /** Sends and lets `forMs` pass. */
  async send(data: Uint8Array, forMs: number): Promise<this> {
    this.outputs.length = 0;
    this.heard.length = 0;
    this.#step({ type: "send", data });
    await this.#clock.advance(forMs);
    return this;
  }

  #step(input: LinkInput): void {
    for (const output of this.#link.step(input, this.#clock.now())) {
      if (output.type !== "write") this.outputs.push(output);
      else void this.#connection.write(output.bytes).then(() => this.#step({ type: "written" }));
    }
    this.#cancel?.();
    const { deadline } = this.#link;
    this.#cancel =
      deadline === undefined ? undefined : this.#clock.setTimer(deadline, () => this.#step({ type: "tick" }));
  }

  async #read(): Promise<void> {
    for await (const bytes of this.#connection.incoming) {
      this.heard.push({ at: this.#clock.now(), bytes });
      this.#step({ type: "bytes", bytes });
    }
  }
}
