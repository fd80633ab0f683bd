/**
 * The page that the tests of the connector drive: one connector, one connection, and what came out of them.
 * @module
 */
import type { Connection, LineSettings } from "../../packages/core/src/index.ts";
import {
  knownSerialConnector,
  requestSerialConnector,
  serialSupport,
  type LineNoise,
  type SerialConnector,
} from "../../packages/web-serial/src/index.ts";

declare global {
  interface Window {
    serialPage: SerialPage;
  }
}

export class SerialPage {
  readonly states: string[] = [];
  readonly noise: LineNoise[] = [];
  readonly #options = {
    onConnection: (state: string) => this.#note(() => this.states.push(state)),
    onNoise: (kind: LineNoise) => this.#note(() => this.noise.push(kind)),
  };
  #connector: SerialConnector | undefined;
  #connection: Connection | undefined;
  #received: number[] = [];
  #end: string | undefined;
  /** The picker's outcome: the id of the port picked, or `"closed"`. */
  #picked: string | undefined;
  #noted: () => void = () => {};

  support(): string {
    const support = serialSupport();
    return support.supported ? "supported" : support.reason;
  }

  async known(): Promise<string | undefined> {
    this.#connector = await knownSerialConnector(this.#options);
    return this.#connector?.id;
  }

  /** Asks for a port; returns at once, as the picker waits for an answer. */
  request(): void {
    this.#picked = undefined;
    void requestSerialConnector(this.#options).then((connector) => {
      this.#connector = connector ?? this.#connector;
      this.#note(() => (this.#picked = connector?.id ?? "closed"));
    });
  }

  async picked(): Promise<string | undefined> {
    await this.#until(() => this.#picked !== undefined);
    return this.#picked;
  }

  /** `"open"`, or code and reason of the error. */
  async open(line?: LineSettings): Promise<string> {
    try {
      this.#connection = await this.#connector?.open(line === undefined ? {} : { line });
    } catch (error) {
      return describe(error);
    }
    this.#received = [];
    this.#end = undefined;
    void this.#read();
    return "open";
  }

  async write(bytes: readonly number[]): Promise<string> {
    return (
      this.#connection?.write(Uint8Array.from(bytes)).then(
        () => "written",
        (error: unknown) => describe(error),
      ) ?? "no connection"
    );
  }

  /** Waits for that many bytes, and takes them. */
  async take(count: number): Promise<readonly number[]> {
    await this.#until(() => this.#received.length >= count);
    return this.#received.splice(0, count);
  }

  /** How reading ended: `"in order"`, or code and reason of the error. */
  async end(): Promise<string | undefined> {
    await this.#until(() => this.#end !== undefined);
    return this.#end;
  }

  /** Waits until the connector told that state as its newest. */
  async reach(state: "connected" | "disconnected"): Promise<readonly string[]> {
    await this.#until(() => this.states.at(-1) === state);
    return this.states;
  }

  async close(): Promise<void> {
    await this.#connection?.close();
  }

  async #read(): Promise<void> {
    try {
      for await (const bytes of this.#connection?.incoming ?? [])
        this.#note(() => this.#received.push(...bytes));
      this.#note(() => (this.#end = "in order"));
    } catch (error) {
      this.#note(() => (this.#end = describe(error)));
    }
  }

  #note(change: () => void): void {
    change();
    this.#noted();
  }

  async #until(reached: () => boolean): Promise<void> {
    while (!reached()) await new Promise<void>((resolve) => (this.#noted = resolve));
  }
}

function describe(error: unknown): string {
  const { code, reason } = error as { readonly code?: string; readonly reason?: string };
  return code === undefined ? String(error) : `${code} ${reason ?? ""}`.trim();
}

window.serialPage = new SerialPage();
