/**
 * In Node: the connector of `carrier-page.ts`, for suites that run here.
 * @module
 */
import { ConcertError, type Connection, type Connector } from "@concert-pay/core";
import type { Page } from "playwright";
import type { Failure } from "./carrier-page.ts";

/** Before the page is loaded. */
export async function pageConnector(page: Page): Promise<Connector> {
  const incoming = new Map<number, ArrivingBytes>();
  const arriving = (connection: number): ArrivingBytes => {
    const known = incoming.get(connection) ?? new ArrivingBytes();
    incoming.set(connection, known);
    return known;
  };
  await page.exposeFunction("carrierBytes", (connection: number, bytes: readonly number[]) =>
    arriving(connection).push(Uint8Array.from(bytes)),
  );
  await page.exposeFunction("carrierEnd", (connection: number, failure?: Failure) =>
    arriving(connection).end(failure),
  );
  return {
    carrier: "serial",
    id: "serial:page",
    resumable: false,
    open: async (options) => {
      const number = await page.evaluate((options) => window.carrier.open(options), options);
      if (typeof number !== "number") throw revive(number);
      return connectionOf(page, number, arriving(number));
    },
  };
}

function connectionOf(page: Page, number: number, incoming: ArrivingBytes): Connection {
  return {
    incoming,
    write: async (bytes) => {
      const failure = await page.evaluate(([number, bytes]) => window.carrier.write(number, bytes), [
        number,
        [...bytes],
      ] as const);
      if (failure !== undefined) throw revive(failure);
    },
    close: () => page.evaluate((number) => window.carrier.close(number), number),
  };
}

function revive({ code, message, reason }: Failure): ConcertError {
  return new ConcertError(code, message, reason === undefined ? {} : { reason });
}

/** Bytes in order, for one reader. */
class ArrivingBytes implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = [];
  #end: { readonly failure: Failure | undefined } | undefined;
  #changed: () => void = () => undefined;

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#changed();
  }

  end(failure: Failure | undefined): void {
    this.#end = { failure };
    this.#changed();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const chunk = this.#chunks.shift();
      if (chunk !== undefined) yield chunk;
      else if (this.#end === undefined) await new Promise<void>((resolve) => (this.#changed = resolve));
      else if (this.#end.failure !== undefined) throw revive(this.#end.failure);
      else return;
    }
  }
}
