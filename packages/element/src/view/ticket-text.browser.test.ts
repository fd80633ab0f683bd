import { expect, test } from "vitest";
import { ticketText } from "./ticket-text.ts";

test.each([
  ["html", "<p>CARTE <b>497010</b>1234567890</p>", "CARTE 497010******7890"],
  ["html", "<p>4970&nbsp;1012&nbsp;3456&nbsp;7890</p>", "4970\u00a010**\u00a0****\u00a07890"],
  ["html", "4970<!-- -->101234567890", "497010******7890"],
  [
    "html",
    "<table><tr><td>4970</td><td>1012</td><td>3456</td><td>7890</td></tr></table>",
    "4970 10** **** 7890",
  ],
  ["html", "&#52;970101&#50;34567890", "497010******7890"],
  ["text", "CARTE 4970  1012  3456  7893\r\n12,50", "CARTE 4970  10**  ****  7893\n12,50"],
] as const)("a ticket of %s never shows a whole card number: %s", (format, text, shown) => {
  expect(ticketText({ recipient: "merchant", format, text })).toBe(shown);
});
