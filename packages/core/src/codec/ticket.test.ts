import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConcertError } from "../errors.ts";
import { decodeLatin1 } from "./ascii.ts";
import type { Tag } from "./message.ts";
import { decodeTicket, encodeTicket, type TicketToEncode } from "./ticket.ts";
import { decodeMessage, encodeMessage } from "./tlv.ts";

const zt = (ck: string | undefined, ak: string): Tag => ({
  name: "ZT",
  value: [...(ck === undefined ? [] : [{ name: "CK", value: ck }]), { name: "AK", value: ak }],
});

function thrown(action: () => unknown): ConcertError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConcertError) return error;
  }
  throw new Error("no ConcertError was thrown");
}

describe("decodeTicket", () => {
  it.each([
    ["100", "customer", "text"],
    ["110", "merchant", "text"],
    ["120", "unknown", "text"],
    ["101", "customer", "html"],
    ["111", "merchant", "html"],
    [undefined, "unknown", "text"],
    ["1", "unknown", "text"],
  ] as const)("reads CK %s as %s, %s", (ck, recipient, format) => {
    expect(decodeTicket(zt(ck, "PGI+"))).toEqual({ recipient, format, text: "<b>" });
  });

  it("ignores white space wherever it stands", () => {
    expect(decodeTicket(zt("100", "\nQU\r\nJD\tRA =\n=\n")).text).toBe("ABCD");
  });

  it("reads bytes as Latin-1", () => {
    expect(decodeTicket(zt("100", "6ICf")).text).toBe("\u00e8\u0080\u009f");
  });

  it.each(["QUJ", "Q", "QUJD=", "QUJD====", "QU=D", "====", "QUJ!", "QUJ\u00e9", "QUJ\u4e00", "plain text"])(
    "refuses %j as base64 and keeps it",
    (ak) => {
      expect(thrown(() => decodeTicket(zt("100", ak)))).toMatchObject({
        code: "BAD_MESSAGE",
        tag: "AK",
        raw: ak,
      });
    },
  );

  it("keeps the whole raw text, and masks card numbers in it", () => {
    const ak = `${"ticket text in clear ".repeat(20)}4970101234567812!`;
    const { raw } = thrown(() => decodeTicket(zt("100", ak)));
    expect(raw).toHaveLength(ak.length);
    expect(raw).toContain("497010******7812!");
  });

  it("refuses a ZT kept as text, one without AK, and another tag", () => {
    expect(thrown(() => decodeTicket({ name: "ZT", value: "CK003100AK9" }))).toMatchObject({
      tag: "ZT",
      raw: "CK003100AK9",
    });
    const constructed: Tag = { name: "AK", value: [{ name: "CF", value: "x" }] };
    for (const inside of [[], [constructed]])
      expect(
        thrown(() => decodeTicket({ name: "ZT", value: [{ name: "CK", value: "100" }, ...inside] })),
      ).toMatchObject({ code: "BAD_MESSAGE", tag: "ZT", raw: "" });
    expect(thrown(() => decodeTicket({ name: "ZX", value: [constructed] }))).toMatchObject({
      tag: "ZX",
      raw: "",
    });
    expect(thrown(() => decodeTicket({ name: "CF", value: "abc" }))).toMatchObject({ tag: "CF", raw: "abc" });
  });
});

describe("encodeTicket", () => {
  const ticket = (text: string, wrap = false): TicketToEncode => ({
    recipient: "customer",
    format: "text",
    text,
    wrap,
  });

  it("writes CK then AK", () => {
    expect(encodeTicket({ recipient: "merchant", format: "html", text: "ABCD" })).toEqual({
      name: "ZT",
      value: [
        { name: "CK", value: "111" },
        { name: "AK", value: "QUJDRA==" },
      ],
    });
  });

  it("wraps as PayXpress terminals do: 596 characters become 604", () => {
    const [, ak] = encodeTicket(ticket("x".repeat(447), true)).value as readonly Tag[];
    expect(ak!.value).toHaveLength(604);
    expect(String(ak!.value).split("\n")[0]).toHaveLength(76);
    expect(String(ak!.value).endsWith("\n")).toBe(true);
  });

  it("takes 675 bytes of text, and refuses one more", () => {
    expect(encodeTicket(ticket("x".repeat(675))).value[1]).toMatchObject({
      value: expect.stringMatching(/^.{900}$/),
    });
    expect(thrown(() => encodeTicket(ticket("x".repeat(676))))).toMatchObject({
      code: "BAD_REQUEST",
      field: "text",
    });
  });

  it("takes 666 bytes of text wrapped, and refuses one more", () => {
    expect(() => encodeTicket(ticket("x".repeat(666), true))).not.toThrow();
    expect(thrown(() => encodeTicket(ticket("x".repeat(667), true))).field).toBe("text");
  });

  it.each(["", "12,50 €", undefined as unknown as string])("refuses %j", (text) => {
    expect(thrown(() => encodeTicket(ticket(text)))).toMatchObject({ code: "BAD_REQUEST", field: "text" });
  });

  it("is the inverse of decodeTicket through the wire, for any Latin-1 text", () => {
    const texts = fc
      .uint8Array({ minLength: 1, maxLength: 660, size: "max" })
      .map((bytes) => decodeLatin1(bytes));
    const kinds = fc.record({
      recipient: fc.constantFrom("customer" as const, "merchant" as const, "unknown" as const),
      format: fc.constantFrom("text" as const, "html" as const),
      text: texts,
    });
    fc.assert(
      fc.property(kinds, fc.boolean(), (kind, wrap) => {
        const bytes = encodeMessage([{ name: "CZ", value: "0320" }, encodeTicket({ ...kind, wrap })]);
        expect(decodeTicket(decodeMessage(bytes).all("ZT")[0]!)).toEqual(kind);
      }),
    );
  });
});
