/**
 * What a transition carries from one state to the next.
 * @module
 */
import type { Millis } from "../link.ts";
import type { Incoming, Outgoing, SerialState, SerialStateName, Session } from "./states.ts";

/** The fields of all states, while the actions of one rule change them. */
export interface Draft {
  outgoing: Outgoing | undefined;
  session: Session | undefined;
  incoming: Incoming | undefined;
  /** Bytes written by the rule. */
  bytesOut: number;
}

/** States in which the peer has the line. */
export function isPeerSession(name: SerialStateName): boolean {
  return ["answering", "receiving", "refusing", "accepting", "finishing"].includes(name);
}

export function draftOf(state: SerialState): Draft {
  return {
    outgoing: "outgoing" in state ? state.outgoing : undefined,
    session: "session" in state ? state.session : undefined,
    incoming: "incoming" in state ? state.incoming : undefined,
    bytesOut: 0,
  };
}

/** The state of that name with what the draft holds for it. A field missing is an error in the table. */
export function enter(name: SerialStateName, draft: Draft, until: Millis): SerialState {
  switch (name) {
    case "idle":
      return { name };
    case "closing":
      return { name, outgoing: draft.outgoing, until };
    case "answering":
    case "receiving":
    case "refusing":
      return { name, session: need(draft.session, name), outgoing: draft.outgoing, until };
    case "accepting":
    case "finishing":
      return {
        name,
        session: need(draft.session, name),
        incoming: need(draft.incoming, name),
        outgoing: draft.outgoing,
        until,
      };
    default:
      return { name, outgoing: need(draft.outgoing, name), until };
  }
}

export function need<T>(value: T | undefined, where: string): T {
  if (value === undefined) throw new Error(`serial table: a rule leads to ${where} without what it needs`);
  return value;
}
