/**
 * Behaviours of a terminal on a serial line; elsewhere they approve (protocol.md 7, issue threads in pitfalls 12).
 * @module
 */
import type { Behaviour } from "../model/behaviour.ts";

export const LINE_BEHAVIOURS: readonly Behaviour[] = [];
