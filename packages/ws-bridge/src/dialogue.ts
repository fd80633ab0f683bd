/**
 * ENQ, ACK, NAK and EOT: the dialogue that V2 speaks inside a socket (protocol.md 8.3). It announces requests and
 * answers, and is none.
 * @module
 */

const DIALOGUE: readonly number[] = [0x05, 0x06, 0x15, 0x04];

/** True when there is nothing else in them. */
export function isDialogue(bytes: Uint8Array): boolean {
  return bytes.every((byte) => DIALOGUE.includes(byte));
}
