/**
 * The control characters of the serial link (protocol.md section 7). Data never holds them: it is text.
 * @module
 */

/** Never part of a message: XOR does not see it. */
export const NUL = 0x00;
/** Start of a frame. Not covered by the LRC. */
export const STX = 0x02;
/** End of the data of a frame. Covered by the LRC, which is the byte after it. */
export const ETX = 0x03;
/** End of a session: the line is free. */
export const EOT = 0x04;
/** Asks for the line. */
export const ENQ = 0x05;
export const ACK = 0x06;
export const NAK = 0x15;
