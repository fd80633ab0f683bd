/**
 * Card payments with Concert (Protocole Caisse): codec, links, money rules and Terminal. No dependency, no I/O.
 * @module
 */
export * from "./codec/index.ts";
export * from "./errors.ts";
export type * from "./link/link.ts";
export {
  encodeFrame,
  FrameDecoder,
  MAX_FRAME_DATA,
  type EncodeFrameOptions,
  type FrameDecoderOptions,
  type FrameEvent,
} from "./link/frame.ts";
export { describeLine, LINE_7E1, LINE_8N1, LINE_PRESETS, parseLine } from "./link/line-settings.ts";
export { lrc } from "./link/lrc.ts";
export {
  SERIAL_COUNTERS,
  SerialLink,
  type SerialCounter,
  type SerialLinkOptions,
  type SerialTransition,
} from "./link/serial-link.ts";
export { renderTransitionTable } from "./link/serial-table-markdown.ts";
export { SERIAL_TABLE } from "./link/serial-table.ts";
export { SERIAL_TIMINGS, type SerialTimings } from "./link/timings.ts";
export { StreamLink, type StreamLinkOptions } from "./link/stream-link.ts";
export { maskCardNumbers, maskPan } from "./mask.ts";
export { maskTicket } from "./payment/ticket-mask.ts";
export { judge, BUSY_WITHIN_MS, type JudgeContext } from "./payment/judge.ts";
export type { JudgedRequest, JudgedResponse } from "./payment/facts.ts";
export * from "./payment/money.ts";
export type * from "./payment/outcome.ts";
export type * from "./payment/profile.ts";
export { findProfile, GENERIC, PROFILES } from "./payment/profiles.ts";
export { ACTION_CODES, type Action } from "./payment/request.ts";
export * from "./ports/clock.ts";
export type * from "./ports/connector.ts";
export * from "./ports/journal.ts";
export * from "./ports/lease.ts";
export * from "./ports/random.ts";
export { probe, type ProbeOptions, type ProbeResult, type TagsMet } from "./terminal/probe.ts";
export { openTerminal } from "./terminal/terminal.ts";
export type * from "./terminal-types.ts";
export { describeBytes, type TraceEvent } from "./trace.ts";
