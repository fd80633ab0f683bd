import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maskTicket } from "./ticket-mask.ts";

const PAN = "4970101234567890";
const masked = (format: "text" | "html", text: string): string => maskTicket({ format, text });

describe("a card number is masked in a ticket of", () => {
  test.each([
    ["text", "CARTE 4970101234567890", "CARTE 497010******7890"],
    ["text", "CARTE 4970\u00a01012\u00a03456\u00a07890", "CARTE 4970\u00a010**\u00a0****\u00a07890"],
    ["text", "CARTE 4970  1012  3456  7893", "CARTE 4970  10**  ****  7893"],
    ["text", "CARTE 4970.1012.3456.7890", "CARTE 4970.10**.****.7890"],
    ["html", "<p>CARTE <b>497010</b>1234567890</p>", "<p>CARTE <b>497010</b>******7890</p>"],
    ["html", "<p>4970&nbsp;1012&nbsp;3456&nbsp;7890</p>", "<p>4970&nbsp;10**&nbsp;****&nbsp;7890</p>"],
    ["html", "4970<!-- 12 -->101234567890", "4970<!-- 12 -->10******7890"],
    ["html", "&#52;9701012345&#x36;7890", "&#52;97010******7890"],
    [
      "html",
      "<td>4970</td><td>1012</td><td>3456</td><td>7893</td>",
      "<td>4970</td><td>10**</td><td>****</td><td>7893</td>",
    ],
    [
      "html",
      "<td>4970</td>\n <td>1012</td>\n <td>3456</td>\n <td>7893</td>",
      "<td>4970</td>\n <td>10**</td>\n <td>****</td>\n <td>7893</td>",
    ],
    ["html", "4970&#8239;1012&#8239;3456&#8239;7890", "4970&#8239;10**&#8239;****&#8239;7890"],
    ["html", "4970&thinsp;1012&thinsp;3456&thinsp;7890", "4970&thinsp;10**&thinsp;****&thinsp;7890"],
    ["html", "497010&shy;1234567890", "497010&shy;******7890"],
    ["html", '<img alt="4970101234567890">', '<img alt="497010******7890">'],
    ["html", "<!-- PAN 4970101234567890 -->", "<!-- PAN 497010******7890 -->"],
    [
      "html",
      "MONTANT < 50 EUR, CARTE 4970101234567890 <br>",
      "MONTANT < 50 EUR, CARTE 497010******7890 <br>",
    ],
    ["html", "&constructor; 4970101234567890", "&constructor; 497010******7890"],
    ["html", '<a title="1"> 4970101234567890', '<a title="1"> 497010******7890'],
  ] as const)("%s: %s", (format, text, expected) => {
    expect(masked(format, text)).toBe(expected);
  });
});

test.each([
  ["text", "SIRET 39033422500096"],
  ["html", "<p>SIRET 390&nbsp;334&nbsp;225&nbsp;00096</p>"],
  ["html", "<p>SIRET <b>39033422500096</b></p>"],
  ["html", "<td>39033422500096</td><td>12</td>"],
  ["html", "<p>39033422500096</p>12"],
  ["html", "<p>25,00 &euro; &amp; &lt;1&gt; <br/>&unknown; &#9999999999; a < b"],
  ["html", "<tr><td>0012</td><td>2026</td><td>1230</td><td>0001</td></tr>"],
  ["text", "0012  2026  1230  0001"],
  ["text", "26/11/2026 12:30 12,50 EUR"],
] as const)("a ticket of %s stays as it is: %s", (format, text) => {
  expect(masked(format, text)).toBe(text);
});

test("whatever inline markup stands between its digits, no number is left whole", () => {
  const between = fc.constantFrom("", "<b>", "</i>", "<!-- 1 -->", '<span class="x">');
  const digit = fc.integer({ min: 0, max: 9 });
  fc.assert(
    fc.property(fc.array(fc.tuple(digit, between), { minLength: 15, maxLength: 19 }), (parts) => {
      const html = parts.map(
        ([value, markup], index) => `${index % 3 === 0 ? value : `&#${48 + value};`}${markup}`,
      );
      const shown = masked("html", html.join("")).replace(/<!--[^]*?-->|<[^>]*>/g, "");
      expect(shown.match(/\*/g)).toHaveLength(parts.length - 10);
    }),
  );
});

test("markup without an end is text", () => {
  expect(masked("html", `<b ${PAN}`)).toBe("<b 497010******7890");
});
