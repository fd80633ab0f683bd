/**
 * Sizes that the wire sets (protocol.md section 1), in bytes.
 * @module
 */

/** Longest message: what is read stops there. */
export const MAX_MESSAGE_BYTES = 65_536;
/** Two capitals and three digits. */
export const HEADER_BYTES = 5;
/** What three digits of length can say. */
export const MAX_VALUE_BYTES = 999;
