import { expect, it } from "vitest";
import { encodeLatin1 } from "./ascii.ts";
import { describeTag } from "./describe.ts";
import { decodeMessage } from "./tlv.ts";

const describeText = (text: string): ReturnType<typeof describeTag> =>
  describeTag(decodeMessage(encodeLatin1(text)).tags[0]!);

it.each([
  ["AE00201", "Status of the action", "Not done"],
  ["AF02904148HOLDER INVALID          ", "Complement of status", "Refused"],
  ["CC00300C", "Payment application", "Cheque"],
  ["CD001I", "Action", "Identification"],
  ["CE003978", "Currency (ISO 4217 numeric)", "EUR"],
  ["CI0012", "How the card was read", "Contactless"],
  ["CK003110", "Ticket wanted or ticket kind", "Merchant's ticket, by the register, text"],
])("puts %j into words", (text, meaning, value) => {
  expect(describeText(text)).toMatchObject({
    definition: { meaning: { en: meaning } },
    value: { en: value },
  });
});

it.each(["AE00299", "AF00299", "CC003ZZZ", "CE003000", "CF003abc", "CD001!"])(
  "invents no meaning for %j",
  (text) => {
    expect(describeText(text)).toMatchObject({ text: text.slice(5), value: undefined });
  },
);

it("describes unknown tags and what is inside a ticket", () => {
  expect(describeText("XQ003abc")).toEqual({
    name: "XQ",
    definition: undefined,
    text: "abc",
    value: undefined,
    inside: [],
  });
  const ticket = describeText("ZT017CK003101AK004QUJD");
  expect([ticket.text, ticket.value]).toEqual(["", undefined]);
  expect(ticket.inside.map(({ name, text }) => [name, text])).toEqual([
    ["CK", "101"],
    ["AK", "QUJD"],
  ]);
});

it("masks card numbers", () => {
  expect(describeText("AA0165017677122000674").text).toBe("501767******0674");
});
