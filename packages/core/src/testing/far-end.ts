/**
 * A connector whose far end is the test: it sees what was written and says what comes back.
 * @module
 */
import { ConcertError } from "../errors.ts";
import type { CloseOptions, Connection, Connector, OpenOptions, Resumed } from "../ports/connector.ts";

export const latin1 = (text: string): Uint8Array =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));
export const textOf = (bytes: Uint8Array): string => String.fromCharCode(...bytes);

/** One connection as the far end sees it. */
export class FarConnection {
  readonly options: OpenOptions;
  readonly written: string[] = [];
  closed: CloseOptions | undefined;
  onWrite: (text: string) => void | Promise<void> = () => undefined;
  readonly #chunks: Uint8Array[] = [];
  #end: "open" | "ended" | ConcertError = "open";
  #wake: () => void = () => undefined;

  constructor(options: OpenOptions) {
    this.options = options;
  }

  /** Sends text to the register. */
  say(text: string): void {
    this.#chunks.push(latin1(text));
    this.#wake();
  }

  /** Closes in order. */
  hangUp(): void {
    this.#end = "ended";
    this.#wake();
  }

  /** Loses the connection. */
  lose(error: ConcertError = new ConcertError("PORT_LOST", "unplugged")): void {
    this.#end = error;
    this.#wake();
  }

  near(resumed?: Resumed): Connection {
    return {
      incoming: this.#incoming(),
      write: async (bytes) => {
        if (this.#end !== "open") throw new ConcertError("PORT_LOST", "unplugged");
        this.written.push(textOf(bytes));
        await this.onWrite(textOf(bytes));
      },
      close: async (options = {}) => {
        this.closed ??= options;
        if (this.#end === "open") this.hangUp();
      },
      ...(resumed === undefined ? {} : { resumed }),
    };
  }

  async *#incoming(): AsyncGenerator<Uint8Array> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#end === "open") await new Promise<void>((resolve) => (this.#wake = resolve));
      else if (this.#end === "ended") return;
      else throw this.#end;
    }
  }
}

export interface FarEnd extends Connector {
  readonly connections: FarConnection[];
  /** Everything written on all connections, in order. */
  written(): readonly string[];
}

/** @param accept what happens to each new connection; it may throw to refuse it */
export function farEnd(
  accept: (connection: FarConnection) => void | Resumed | Promise<void | Resumed> = () => undefined,
  more: Partial<Pick<Connector, "carrier" | "resumable" | "id" | "line">> = {},
): FarEnd {
  const connections: FarConnection[] = [];
  return {
    carrier: "ip",
    resumable: false,
    id: "test:terminal",
    ...more,
    connections,
    written: () => connections.flatMap((connection) => connection.written),
    open: async (options) => {
      const connection = new FarConnection(options);
      const resumed = await accept(connection);
      connections.push(connection);
      return connection.near(resumed ?? undefined);
    },
  };
}

/** A terminal that answers every request with these texts, `pauseMs` being the test's business. */
export function answering(...texts: readonly string[]): (connection: FarConnection) => void {
  return (connection) => {
    connection.onWrite = () => {
      for (const text of texts) connection.say(text);
    };
  };
}
