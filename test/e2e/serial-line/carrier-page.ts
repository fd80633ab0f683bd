/**
 * The page that lends its connector to a test in Node: see `page-connector.ts`.
 * @module
 */
import type { Connection, ConcertError, OpenOptions } from "../../../packages/core/src/index.ts";
import type { SerialConnector } from "../../../packages/web-serial/src/index.ts";
import { knownPort, noPort } from "./known-port.ts";

/** What is left of a `ConcertError` on its way to Node. */
export interface Failure {
  readonly code: ConcertError["code"];
  readonly message: string;
  readonly reason?: string;
}

declare global {
  interface Window {
    readonly carrier: Carrier;
    /** To the test: bytes from the terminal. */
    carrierBytes(connection: number, bytes: readonly number[]): Promise<void>;
    /** To the test: nothing more comes. */
    carrierEnd(connection: number, failure?: Failure): Promise<void>;
  }
}

export class Carrier {
  #connector: SerialConnector | undefined;
  readonly #connections: Connection[] = [];

  /** Takes the port that is plugged in. */
  async take(): Promise<string> {
    this.#connector = await knownPort();
    return this.#connector.id;
  }

  /** Lets go of the port, and waits until it is gone. */
  async release(): Promise<void> {
    await this.#connector?.dispose();
    await noPort();
  }

  /** The number of the connection. */
  async open(options: OpenOptions): Promise<number | Failure> {
    try {
      const connection = await this.#connector!.open(options);
      const number = this.#connections.push(connection) - 1;
      void this.#read(connection, number);
      return number;
    } catch (error) {
      return failure(error);
    }
  }

  async write(number: number, bytes: readonly number[]): Promise<Failure | undefined> {
    return this.#connections[number]!.write(Uint8Array.from(bytes)).then(() => undefined, failure);
  }

  async close(number: number): Promise<void> {
    await this.#connections[number]!.close();
  }

  async #read(connection: Connection, number: number): Promise<void> {
    let end: Failure | undefined;
    try {
      for await (const bytes of connection.incoming) await window.carrierBytes(number, [...bytes]);
    } catch (error) {
      end = failure(error);
    }
    // Left out, not undefined, which would arrive as null.
    await (end === undefined ? window.carrierEnd(number) : window.carrierEnd(number, end));
  }
}

function failure(error: unknown): Failure {
  const { code, message, reason } = error as Failure;
  return { code, message, ...(reason === undefined ? {} : { reason }) };
}

Object.assign(window, { carrier: new Carrier() });
