/**
 * What an answer said, masked and ready to show. Nothing here decides anything.
 * @module
 */
import type { Tag } from "../codec/message.ts";
import { decodeTicket, type Ticket } from "../codec/ticket.ts";
import type { V2Response } from "../codec/v2/types.ts";
import { maskCardNumbers, maskPan } from "../mask.ts";
import { describeBytes } from "../trace.ts";
import { isV2, textOf, type JudgedResponse } from "./facts.ts";
import type { Evidence } from "./outcome.ts";
import { maskTicket } from "./ticket-mask.ts";

export function evidenceOf(response: JudgedResponse, unread?: Uint8Array): Evidence {
  const rest = unread === undefined || unread.length === 0 ? {} : { unread: describeBytes(unread) };
  if (response === undefined) return { answer: [], tickets: [], warnings: [], ...rest };
  if (isV2(response)) return { ...evidenceOfV2(response as V2Response), ...rest };
  const tags = "tags" in response ? response.tags : response;
  const get = textOf(response);
  const warnings = "warnings" in response ? response.warnings.map((warning) => warning.message) : [];
  const { tickets, unreadable } = ticketsOf(tags);
  return {
    ...present("authorisation", get("AC")),
    ...present("application", get("CC")),
    ...present("reading", get("CI")),
    ...present("pan", panOf(get("AA"))),
    ...present("contract", get("CG")),
    ...present("aid", get("AI")),
    answer: tags.map((tag) => describeTag(tag)),
    tickets,
    warnings: [...warnings, ...unreadable].map(maskCardNumbers),
    ...rest,
  };
}

function evidenceOfV2(response: V2Response): Evidence {
  const { rep, ...shown } = response;
  // The card number comes first, then spaces (protocol.md 8.2).
  const pan = rep?.trim().split(/\s+/)[0];
  return {
    ...present("pan", pan === "" ? undefined : pan),
    answer: Object.entries({ ...shown, ...(rep === undefined ? {} : { rep }) }).map(([name, value]) =>
      maskCardNumbers(`${name}=${value}`),
    ),
    tickets: [],
    warnings: [],
  };
}

/** Tickets of an answer; a broken one costs itself only, never the payment. */
export function ticketsOf(tags: readonly Tag[]): {
  tickets: readonly Ticket[];
  unreadable: readonly string[];
} {
  const tickets: Ticket[] = [];
  const unreadable: string[] = [];
  for (const tag of tags) {
    if (tag.name !== "ZT") continue;
    try {
      const ticket = decodeTicket(tag);
      tickets.push({ ...ticket, text: maskTicket(ticket) });
    } catch (error) {
      unreadable.push(error instanceof Error ? error.message : String(error));
    }
  }
  return { tickets, unreadable };
}

function describeTag({ name, value }: Tag): string {
  if (typeof value !== "string") return `${name}{${value.map((inner) => inner.name).join(",")}}`;
  // Base64, in which no mask finds a number.
  if (name === "AK") return `AK=(${value.length} characters)`;
  return maskCardNumbers(`${name}=${name === "AA" ? maskPan(value) : value}`);
}

function panOf(value: string | undefined): string | undefined {
  return value === undefined ? undefined : maskPan(value);
}

function present<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined ? {} : ({ [key]: maskCardNumbers(value) } as { [P in K]?: string });
}
