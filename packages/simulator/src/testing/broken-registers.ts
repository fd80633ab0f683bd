/**
 * Registers that are wrong on purpose, each in one way that has cost shops money: the proof that worlds find such
 * things. Each is a thin layer around the ports or the Terminal of core, which itself is left as it is.
 * @module
 */
import {
  ACTION_CODES,
  decodeMessage,
  encodeFrame,
  encodeMessage,
  type Connection,
  type Connector,
  type JournalRecord,
  type Message,
  type Tag,
  type Terminal,
} from "@concert-pay/core";
import type { Sabotage } from "../world/index.ts";

/** No answer, so ask again: what most tills do (pitfalls: a lost answer, and then a double charge). */
export const asksAgain: Sabotage = {
  terminal: (terminal): Terminal => ({
    ...bound(terminal),
    async pay(request, options) {
      const outcome = await terminal.pay(request, options);
      if (outcome.outcome !== "unknown" || outcome.key === undefined) return outcome;
      await terminal.settle(outcome.key, { outcome: "failed", by: "time-out" });
      return terminal.pay({ ...request, key: `${outcome.key} again` }, options);
    },
  }),
};

/** Whatever answer comes is the answer to the payment at hand: register, action, amount and currency are not compared. */
export const takesAnyAnswer: Sabotage = {
  connector: (connector): Connector => ({
    ...connector,
    async open(options) {
      const connection = await connector.open(options);
      let asked: Message | undefined;
      return {
        ...(connection.resumed === undefined ? {} : { resumed: connection.resumed }),
        incoming: mapped(connection, (bytes) => (asked === undefined ? bytes : fitted(bytes, asked))),
        close: (how) => connection.close(how),
        write: (bytes) => {
          const request = read(bytes)?.message;
          if (request !== undefined && FINANCIAL.includes(request.get("CD") ?? "")) asked = request;
          return connection.write(bytes);
        },
      };
    },
  }),
};

/**
 * "Sending" is called written down before it is: it gets to the disk a moment later, if the page lives so long. Until
 * then it is read back from memory, as from a cache that is written behind.
 */
export const recordsTooLate: Sabotage = {
  journal(journal, life) {
    const cached = new Map<string, JournalRecord>();
    return {
      entries: async () => (await journal.entries()).map((entry) => cached.get(entry.key) ?? entry),
      async record(entry) {
        cached.delete(entry.key);
        if (entry.state !== "sending") return journal.record(entry);
        const { clock } = life;
        cached.set(entry.key, entry);
        clock.setTimer(clock.now() + 500, () => {
          if (cached.get(entry.key) === entry) cached.delete(entry.key);
          void journal.record(entry).catch(() => undefined);
        });
      },
    };
  },
};

const FINANCIAL = [ACTION_CODES.debit, ACTION_CODES.credit, ACTION_CODES.reversal];
const ECHOES = ["CA", "CB", "CD", "CE"];
const STX = 0x02;

/** A message that came or goes in one piece, bare or in a frame. */
function read(bytes: Uint8Array): { readonly message: Message; readonly framed: boolean } | undefined {
  const framed = bytes[0] === STX;
  try {
    return { message: decodeMessage(framed ? bytes.subarray(1, -2) : bytes), framed };
  } catch {
    return undefined;
  }
}

/** The answer as if it echoed what was asked. */
function fitted(bytes: Uint8Array, asked: Message): Uint8Array {
  const answer = read(bytes);
  if (answer === undefined) return bytes;
  const tags = answer.message.tags.map((tag): Tag => {
    const value = ECHOES.includes(tag.name) ? asked.get(tag.name) : undefined;
    return value === undefined ? tag : { name: tag.name, value };
  });
  const data = encodeMessage(tags, { strict: false });
  return answer.framed ? encodeFrame(data) : data;
}

async function* mapped(
  connection: Connection,
  change: (bytes: Uint8Array) => Uint8Array,
): AsyncGenerator<Uint8Array> {
  for await (const bytes of connection.incoming) yield change(bytes);
}

/** The methods of a Terminal as a plain object, so that one of them can be another. */
function bound(terminal: Terminal): Terminal {
  const names = Object.getOwnPropertyNames(Object.getPrototypeOf(terminal)) as (keyof Terminal)[];
  return Object.fromEntries(
    names.map((name) => [name, (terminal[name] as (...given: unknown[]) => unknown).bind(terminal)]),
  ) as unknown as Terminal;
}
