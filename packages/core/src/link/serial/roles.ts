/**
 * All that differs between the two ends of a serial line.
 * @module
 */

export interface SerialRole {
  /** In a collision one end must give way, and it is the register (protocol.md section 7.6). */
  readonly givesWay: boolean;
  /**
   * A message equal to the last one, in a new session soon after it and with no frame of ours in between, is its
   * repeat: our ACK was lost and the peer bid again. Two answers of two payments have a request of ours in
   * between. Two equal requests have not (the first may have stayed unanswered), so the terminal takes both, and
   * a register must never send one twice.
   */
  readonly dropsRepeats: boolean;
}

export const SERIAL_ROLES: { readonly register: SerialRole; readonly terminal: SerialRole } = {
  register: { givesWay: true, dropsRepeats: true },
  terminal: { givesWay: false, dropsRepeats: false },
};
