/**
 * What travels between a page and the bridge of a world, in place of a WebSocket.
 * @module
 */
import type { Call } from "../call.ts";
import type { Pipe } from "./pipe.ts";

export type PageMessage =
  | { readonly kind: "open"; readonly exchange: string; readonly resume: boolean }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array; readonly call?: Call | undefined }
  | { readonly kind: "connected" }
  | { readonly kind: "resumed"; readonly requestBytes: number }
  | { readonly kind: "ended" }
  /** From the page: 1000 or 4001. From the bridge: any name; `sent` as in close-codes.ts. */
  | { readonly kind: "close"; readonly name: string };

export type PageLink = Pipe<PageMessage>;

export const LATENCY_MS = 1;
