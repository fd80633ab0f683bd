/**
 * WebSocket to TCP bridge for payment terminals on IP. The page's side is `@concert-pay/ws-bridge/client`.
 * @module
 */
export { startBridge, type Bridge, type StopOptions } from "./bridge.ts";
export { closeCode, closeCodes, type CloseCode, type CloseName, type Sent } from "./close-codes.ts";
export type { Address, BridgeConfig } from "./config.ts";
export type { BridgeCounters } from "./counters.ts";
export { defaultLimits, type BridgeLimits } from "./limits.ts";
