/**
 * Where a log lies. Two places: the file system (`opfs-store.ts`) and IndexedDB (`indexeddb-store.ts`).
 * @module
 */
import type { Appended, Continuation, LogReading, LogToken } from "./slot-log.ts";

/** What a browser can keep a log in. */
export type StoreKind = "file-system" | "indexeddb";

/** Every call is one step, whole or not at all, and sees what other tabs did before. Calls reject with plain errors. */
export interface LogStore {
  readonly kind: StoreKind;
  read(): Promise<LogReading>;
  /**
   * What was appended behind a state in which {@link read} found nothing amiss. `undefined`: anything else has happened,
   * and all is to be read.
   */
  follow(since: LogToken): Promise<Continuation | undefined>;
  /** Resolves only once the record would survive a crash of the browser. */
  append(payload: string): Promise<Appended>;
  /** Puts a whole log in place of the one read as `expected` (`undefined`: none). `undefined`: it has changed since. */
  replace(payloads: readonly string[], expected: LogToken | undefined): Promise<LogToken | undefined>;
  close(): void;
}

/** What the page asks of its worker, and what comes back under the same `id`. */
export type StoreRequest = { readonly id: number; readonly name: string } & StoreCall;
export type StoreCall =
  | { readonly call: "read" }
  | { readonly call: "follow"; readonly since: LogToken }
  | { readonly call: "append"; readonly payload: string }
  | {
      readonly call: "replace";
      readonly payloads: readonly string[];
      readonly expected: LogToken | undefined;
    };
export type StoreAnswer = LogReading | Continuation | Appended | LogToken | undefined;
export type StoreReply =
  | { readonly id: number; readonly value: StoreAnswer }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };
