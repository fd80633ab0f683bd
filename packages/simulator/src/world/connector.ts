/**
 * A carrier of the world as one page sees it: core's `Connector`.
 * @module
 */
import { ConcertError, type Connection, type Connector, type OpenOptions } from "@concert-pay/core";
import type { Call } from "./call.ts";
import type { Raw } from "./carriers/raw.ts";
import type { Life } from "./life.ts";
import type { World } from "./world.ts";

/** What a carrier does for one page. `opened` and `refused` may be called at once, later or never; one of them once. */
export interface Carrier {
  readonly kind: "ip" | "serial";
  readonly resumable: boolean;
  open(
    life: Life,
    options: OpenOptions,
    result: { opened(raw: Raw): void; refused(error: ConcertError): void },
  ): void;
}

export const TERMINAL_ID = "terminal-1";

export function pageConnector(
  world: World,
  life: Life,
  carrier: Carrier,
  call: () => Call | undefined,
): Connector {
  return {
    carrier: carrier.kind,
    id: TERMINAL_ID,
    resumable: carrier.resumable,
    open: (options) =>
      new Promise((resolve, reject) => {
        if (!life.step()) return;
        carrier.open(life, options, {
          opened: (raw) => {
            if (!life.alive) return raw.abandon();
            life.onDeath(() => raw.abandon());
            life.onCache(() => {
              raw.abandon();
              raw.events.lost(portLost("the page was left"));
            });
            const connection = new PageConnection(world, life, raw, call);
            if (life.step()) life.run(() => resolve(connection));
          },
          refused: (error) => {
            if (life.step()) life.run(() => reject(error));
          },
        });
      }),
  };
}

class PageConnection implements Connection {
  readonly resumed?: NonNullable<Connection["resumed"]>;
  readonly #world: World;
  readonly #life: Life;
  readonly #raw: Raw;
  readonly #call: () => Call | undefined;
  readonly #queue: Uint8Array[] = [];
  #end: { readonly error?: ConcertError } | undefined;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(world: World, life: Life, raw: Raw, call: () => Call | undefined) {
    this.#world = world;
    this.#life = life;
    this.#raw = raw;
    this.#call = call;
    if (raw.resumed !== undefined) this.resumed = raw.resumed;
    raw.events = {
      bytes: (bytes) => this.#arrive(() => this.#queue.push(bytes)),
      ended: () => this.#arrive(() => (this.#end ??= {})),
      lost: (error) => this.#arrive(() => (this.#end ??= { error })),
    };
  }

  get incoming(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => ({ next: () => this.#next() }) };
  }

  write(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      const { random } = this.#world;
      // Dying with the bytes in hand: the browser had taken them over, or not.
      if (!this.#life.step()) return void (random.chance(0.5) && this.#raw.write(bytes, this.#call()));
      if (this.#closed) return reject(portLost("closed here"));
      if (this.#end !== undefined) return reject(this.#end.error ?? portLost("closed by the far end"));
      this.#raw.write(bytes, this.#call());
      if (this.#life.step()) this.#life.run(() => resolve());
    });
  }

  close(options: { readonly keepAnswer?: boolean } = {}): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#life.step()) return;
      if (!this.#closed) {
        this.#closed = true;
        this.#queue.length = 0;
        this.#end ??= {};
        this.#raw.close(options);
      }
      this.#life.run(() => {
        this.#wake?.();
        resolve();
      });
    });
  }

  #arrive(change: () => void): void {
    if (!this.#life.step()) return;
    this.#life.run(() => {
      if (this.#closed) return;
      change();
      this.#wake?.();
    });
  }

  async #next(): Promise<IteratorResult<Uint8Array>> {
    for (;;) {
      const bytes = this.#queue.shift();
      if (bytes !== undefined) return { done: false, value: bytes };
      if (this.#end?.error !== undefined) throw this.#end.error;
      if (this.#end !== undefined) return { done: true, value: undefined };
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

export function portLost(why: string): ConcertError {
  return new ConcertError("PORT_LOST", `the connection was lost: ${why}`);
}
