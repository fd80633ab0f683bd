/**
 * A terminal's ticket as plain text. HTML from a terminal is read, never inserted.
 * @module
 */
import type { Ticket } from "@concert-pay/core";

export function ticketText({ format, text }: Ticket): string {
  if (format === "text") return text.replace(/\r\n?/g, "\n");
  const lines = text.replace(/<(?:br|\/p|\/div|\/tr|\/li|\/h\d)\b[^>]*>/gi, "$&\n");
  // The parsed document runs no script and loads nothing.
  return (new DOMParser().parseFromString(lines, "text/html").body.textContent ?? "").trim();
}
