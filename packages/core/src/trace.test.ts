import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doubtReason, plainDetail } from "./payment/reasons.ts";
import { ticketsOf } from "./payment/evidence.ts";
import { encodeTicket } from "./codec/ticket.ts";
import { encodeMessage } from "./codec/tlv-encode.ts";
import { describeBytes } from "./trace.ts";
import { latin1 } from "./testing/far-end.ts";

/** Card numbers of 13 to 19 digits. */
const PAN = fc.stringMatching(/^[1-9]\d{12,18}$/);
/** What stands between the sixth digit and the fourth from the end: that must not be shown. */
const middleOf = (pan: string): string => pan.slice(6, -4);

const withEvenParity = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte) => (byte.toString(2).replaceAll("0", "").length % 2 === 0 ? byte : byte | 0x80));

describe("bytes described for people hide card numbers", () => {
  test("wherever the text is cut", () => {
    fc.assert(
      fc.property(PAN, fc.nat(60), fc.integer({ min: 1, max: 60 }), (pan, before, limit) => {
        const text = describeBytes(latin1(`${"x".repeat(before)}${pan}y`), limit);
        const digits = text.slice(before).replace(/\.\.\..*$/, "");
        expect(digits.slice(6, -5)).not.toMatch(/\d{3}/);
        const shown = /^\d*/.exec(digits)?.[0] ?? "";
        expect(shown.length).toBeLessThanOrEqual(6);
        if (middleOf(pan).length > 4) expect(text).not.toContain(middleOf(pan));
      }),
    );
  });

  test("also under parity in the eighth bit", () => {
    fc.assert(
      fc.property(PAN, (pan) => {
        const text = describeBytes(withEvenParity(latin1(`CF0${pan.length}${pan}CH`)));
        const plain = Array.from(text, (character) =>
          String.fromCharCode(character.charCodeAt(0) & 0x7f),
        ).join("");
        expect(plain).not.toContain(pan);
        expect(plain).toContain("*".repeat(pan.length - 10));
      }),
    );
  });
});

test("why an outcome is unknown never quotes a card number", () => {
  const pan = "5017677122000674";
  const reason = doubtReason("contradiction", plainDetail(`CB=${pan}, asked 2500`));
  expect(reason.en).not.toContain(pan);
  expect(reason.fr).not.toContain(pan);
});

test("a ticket's text shows no card number, in one run or in groups", () => {
  for (const pan of ["5017677122000674", "5017 6771 2200 0674", "3782 822463 10005"]) {
    const tag = encodeTicket({
      recipient: "customer",
      format: "text",
      text: `CARTE ${pan}\nSIRET 12345678901234\n`,
    });
    const [ticket] = ticketsOf([tag]).tickets;
    expect(ticket?.text).not.toContain(pan);
    expect(ticket?.text).toContain("*");
    expect(ticket?.text).toContain("SIRET 12345678901234");
  }
});

test("a ticket is not traced, in whatever way it is encoded", () => {
  const tag = encodeTicket({ recipient: "merchant", format: "text", text: "CARTE 4970101234567890\n" });
  const message = encodeMessage([{ name: "CZ", value: "0300" }, tag, { name: "CB", value: "1250" }]);
  const described = describeBytes(message);
  expect(described).toContain("CZ0040300");
  expect(described).toContain("CB0041250");
  expect(described).toMatch(/AK\d{3}\*+CB/);
  const cut = describeBytes(message.subarray(0, message.length - 20));
  expect(cut).toMatch(/AK\d{3}\*+$/);
});

test("a token in place of a card number is traced in part only", () => {
  const message = encodeMessage([
    { name: "CZ", value: "0300" },
    { name: "AA", value: "TOK3NabcdefGHIJ9876" },
    { name: "CB", value: "1250" },
  ]);
  expect(describeBytes(message)).toBe("CZ0040300AA019TOK3Na*********9876CB0041250");
});

test("only an element's own value is hidden", () => {
  const text = "CZ0040300CF010TABLEAA120CB0041250CD0010CE003978AE00210AC006A00395";
  expect(describeBytes(latin1(text))).toBe(text);
});

test("nothing inside a ticket is uncovered, wherever the message is cut", () => {
  const base64 = "QUFBQUFBQUFBQUFBAA010TDk3MDEwMTIzNDU2Nzg5MA==";
  const text = `ZT${String(base64.length + 5).padStart(3, "0")}AK${String(base64.length).padStart(3, "0")}${base64}`;
  for (const message of [text, `CZ0040300${text}`, `..${text}`, text.slice(5), text.slice(0, -4)])
    expect(describeBytes(latin1(message))).not.toMatch(/TDk3|QUFB/);
});
