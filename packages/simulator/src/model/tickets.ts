/**
 * Tickets as terminals write them (protocol.md 6).
 * @module
 */
import { currencyByCode, encodeTicket, formatMoney, ticketKind, type Tag } from "@concert-pay/core";
import type { TicketPlan } from "./behaviour.ts";

/** What is printed. */
export interface TicketFacts {
  readonly amount: number | undefined;
  readonly currency: string | undefined;
  readonly done: boolean;
  readonly authorisation: string | undefined;
  readonly maskedCard: string | undefined;
}

/** What CK of a request asks for; nothing where the register does not handle tickets. */
export function ticketsFor(ck: string | undefined): readonly TicketPlan[] {
  const kind = ck === undefined ? undefined : ticketKind(ck);
  if (kind === undefined || !kind.byRegister) return [];
  const recipients = kind.recipient === "both" ? (["customer", "merchant"] as const) : [kind.recipient];
  return recipients.map((recipient) => ({ recipient, format: kind.format }));
}

export function ticketTags(plans: readonly TicketPlan[], facts: TicketFacts): readonly Tag[] {
  return plans.map((plan) => {
    const text = fill(
      plan.format === "html" ? html(plan, facts) : lines(plan, facts).join("\n") + "\n",
      plan,
    );
    return encodeTicket({
      recipient: plan.recipient,
      format: plan.format,
      text,
      ...(plan.wrap === undefined ? {} : { wrap: plan.wrap }),
    });
  });
}

function lines({ recipient }: TicketPlan, facts: TicketFacts): readonly string[] {
  return [
    "CARTE BANCAIRE",
    ...(facts.maskedCard === undefined ? [] : [facts.maskedCard]),
    ...(facts.authorisation === undefined ? [] : [`NUM AUTO : ${facts.authorisation}`]),
    `MONTANT : ${amountText(facts)}`,
    facts.done ? "DEBIT" : "TRANSACTION NON EFFECTUEE",
    recipient === "customer" ? "TICKET CLIENT" : "TICKET COMMER\u00c7ANT",
    recipient === "customer" ? "A CONSERVER" : "",
  ].filter((line) => line !== "");
}

function html(plan: TicketPlan, facts: TicketFacts): string {
  return `<pre>${lines(plan, facts)
    .map((line) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;"))
    .join("<br>")}</pre>`;
}

/** 675 bytes of text are the 900 characters of AK (protocol.md 6). */
function fill(text: string, { long, wrap }: TicketPlan): string {
  return long === true ? text + ".".repeat((wrap === true ? 666 : 675) - text.length) : text;
}

function amountText({ amount, currency }: TicketFacts): string {
  const known = currency === undefined ? undefined : currencyByCode(currency);
  if (amount === undefined) return "-";
  return known === undefined ? String(amount) : formatMoney({ minorUnits: amount, currency: known.letters });
}
