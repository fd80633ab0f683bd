/**
 * Card payments with Concert (Protocole Caisse): codec, money and the interfaces to the outside.
 * @module
 */
export * from "./codec/index.ts";
export * from "./errors.ts";
export * from "./mask.ts";
export * from "./payment/money.ts";
export * from "./ports/clock.ts";
export type * from "./ports/connector.ts";
export type * from "./ports/journal.ts";
export type * from "./ports/lease.ts";
export type * from "./ports/random.ts";
