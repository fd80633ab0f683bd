/**
 * A terminal's ticket as plain text. HTML from a terminal is read, never inserted.
 * @module
 */
import { maskCardNumbers, maskTicket, type Ticket } from "@concert-pay/core";

/** Masked as it is shown: markup can stand between the digits of a card number. */
export function ticketText(ticket: Ticket): string {
  return maskCardNumbers(maskTicket({ format: "text", text: plainText(ticket) }));
}

function plainText({ format, text }: Ticket): string {
  if (format === "text") return text.replace(/\r\n?/g, "\n");
  const lines = text
    .replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, "$&\n")
    .replace(/<\/t[dh]\b[^>]*>/gi, "$& ");
  // The parsed document runs no script and loads nothing.
  return (new DOMParser().parseFromString(lines, "text/html").body.textContent ?? "").trim();
}
