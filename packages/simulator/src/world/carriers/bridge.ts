/**
 * The contract of `@concert-pay/ws-bridge`, without its sockets: what it promises to a page and no more. Compare
 * ws-bridge's exchange-book.ts: a resume is told how many bytes of the request were passed on, and 0 is a promise that none
 * will be; killing the bridge loses all of it.
 * @module
 */
import type { World } from "../world.ts";
import { Exchange } from "./bridge-exchange.ts";
import { LATENCY_MS, type PageLink } from "./bridge-wire.ts";

/** A page that hears nothing for so long gives the connection up: three heartbeats. */
const HEARTBEAT_LOST_MS = 60_000;

export class Bridge {
  readonly #world: World;
  #exchanges = new Map<string, Exchange>();
  readonly #links = new Set<PageLink>();
  #running = true;

  constructor(world: World) {
    this.#world = world;
  }

  get running(): boolean {
    return this.#running;
  }

  /** A WebSocket comes in. */
  accept(link: PageLink): void {
    this.#links.add(link);
    link.attach("far", {
      item: (message) => message.kind === "open" && this.#enter(link, message.exchange, message.resume),
      ended: () => {},
      lost: () => {},
    });
  }

  #enter(link: PageLink, id: string, resume: boolean): void {
    const known = this.#exchanges.get(id);
    if (known === undefined || (!resume && known.neverBegun)) {
      if (resume) return refuse(link, "nothing-held");
      // One that its page did without gives its connection to the next (ws-bridge: room.ts).
      for (const other of this.#exchanges.values()) other.leaveUnwanted();
      const exchange = new Exchange(this.#world, link);
      this.#exchanges.set(id, exchange);
      return;
    }
    if (!resume) return refuse(link, "exchange-used");
    if (known.delivered) return refuse(link, "nothing-held");
    known.takeUp(link);
  }

  /** All it knew is gone; its connections break. */
  kill(forMs: number): void {
    this.#world.log.note("bridge", () => `KILLED, back in ${forMs} ms`);
    this.#running = false;
    for (const exchange of this.#exchanges.values()) exchange.kill();
    this.#exchanges = new Map();
    for (const link of this.#links) link.break({ near: this.#world.random.between(0, 20) });
    this.#links.clear();
    this.#world.clock.after(forMs, () => (this.#running = true));
  }

  /** The way between page and bridge breaks, or goes silent. */
  losePages(how: "break" | "freeze"): void {
    const { random } = this.#world;
    this.#world.log.note("bridge", () => `page link ${how}s`);
    for (const link of this.#links) {
      if (how === "break") link.break({ near: random.between(0, 50), far: random.between(0, 50) });
      else link.freeze({ near: HEARTBEAT_LOST_MS, far: random.between(60_000, 90_000) });
    }
    this.#links.clear();
  }
}

function refuse(link: PageLink, name: string): void {
  link.send("far", { kind: "close", name }, LATENCY_MS);
}
