import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConcertError } from "../../errors.ts";
import { decodeLatin1, encodeLatin1 } from "../ascii.ts";
import { decodeV2Request, encodeV2Request } from "./request.ts";
import { decodeV2Response, encodeV2Response } from "./response.ts";
import type { V2Request, V2Response } from "./types.ts";

interface Vector {
  readonly name: string;
  readonly direction: "request" | "response";
  readonly text: string;
  readonly hex?: string;
  readonly expect: Readonly<Record<string, string | number | null>>;
}

const vectors = JSON.parse(
  readFileSync(new URL("../../../../../vectors/v2.json", import.meta.url), "utf8"),
) as readonly Vector[];
const framed = vectors.filter((vector) => vector.hex !== undefined);

/** The vectors' fields in our names: what they write as null is absent. */
function fields({ expect: { amount_cents: amount, ...rest } }: Vector): object {
  const ofTheFrame = ["payload_length", "frame_length", "_lrc"];
  const present = Object.entries(rest).filter(
    ([name, value]) => value !== null && !ofTheFrame.includes(name),
  );
  return { amount, ...Object.fromEntries(present) };
}

function codecOf(vector: Vector): { decode(data: Uint8Array): object; encode(typed: never): Uint8Array } {
  return vector.direction === "request"
    ? { decode: decodeV2Request, encode: encodeV2Request }
    : { decode: decodeV2Response, encode: encodeV2Response };
}

function thrown(action: () => unknown): ConcertError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConcertError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

describe.each(framed)("$name", (vector) => {
  const frame = Uint8Array.from(vector.hex!.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  const data = frame.slice(1, -2);
  const { decode, encode } = codecOf(vector);

  it("has the published text and lengths", () => {
    expect(decodeLatin1(data)).toBe(vector.text);
    expect(data).toHaveLength(vector.expect["payload_length"] as number);
    expect(frame).toHaveLength(vector.expect["frame_length"] as number);
  });

  it("decodes to its fields and encodes to the same bytes again", () => {
    const typed = decode(data);
    expect(typed).toEqual(fields(vector));
    expect(encode(typed as never)).toEqual(data);
  });

  it("is refused when a byte is missing at its end, or one follows", () => {
    for (let length = 0; length < data.length; length += 1) {
      const whole = vector.direction === "request" ? [26] : [25];
      if (!whole.includes(length))
        expect(thrown(() => decode(data.subarray(0, length)))).toMatchObject({ code: "BAD_MESSAGE" });
    }
    expect(thrown(() => decode(Uint8Array.of(...data, 0x30)))).toMatchObject({ code: "BAD_MESSAGE" });
  });
});

it.each([decodeV2Request, decodeV2Response, encodeV2Request, encodeV2Response])(
  "%o names what is missing altogether",
  (call) => {
    for (const nothing of [undefined, null, 7])
      expect(thrown(() => (call as (given: unknown) => unknown)(nothing))).toMatchObject({
        code: "BAD_REQUEST",
        field: expect.any(String),
      });
  },
);

it("refuses the variant of 16 characters, which one source alone knows (protocol.md 8.3)", () => {
  const [bare, ...others] = vectors.filter((vector) => vector.hex === undefined);
  expect(others).toEqual([]);
  expect(thrown(() => decodeV2Request(encodeLatin1(bare!.text)))).toMatchObject({
    code: "BAD_MESSAGE",
    offset: 16,
  });
});

const digits = (length: number): fc.Arbitrary<string> => fc.stringMatching(new RegExp(`^\\d{${length}}$`));
/** Whatever a frame can carry. */
const text = (length: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 4, max: 255 }), { minLength: length, maxLength: length })
    .map((units) => String.fromCharCode(...units));

describe("decode and encode are inverse", () => {
  it("for every request of 26 or 34 characters", () => {
    const request = fc
      .tuple(digits(10), text(3), digits(3), text(10), fc.oneof(fc.constant(""), text(8)))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(request, (data) => {
        expect(decodeLatin1(encodeV2Request(decodeV2Request(encodeLatin1(data))))).toBe(data);
      }),
    );
  });

  it("for every answer of 25 or 80 characters", () => {
    const answer = fc
      .tuple(digits(2), text(1), digits(8), text(1), fc.oneof(fc.constant(""), text(55)), digits(3), text(10))
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(answer, (data) => {
        expect(decodeLatin1(encodeV2Response(decodeV2Response(encodeLatin1(data))))).toBe(data);
      }),
    );
  });
});

describe("decoding", () => {
  it("throws nothing but BAD_MESSAGE, with an offset, on arbitrary bytes", () => {
    const lengths = fc.constantFrom(0, 16, 25, 26, 34, 80, 81);
    const anyBytes = lengths.chain((length) => fc.uint8Array({ minLength: length, maxLength: length }));
    fc.assert(
      fc.property(anyBytes, fc.constantFrom(decodeV2Request, decodeV2Response), (bytes, decode) => {
        try {
          decode(bytes);
        } catch (error) {
          expect(error).toBeInstanceOf(ConcertError);
          expect(error).toMatchObject({ code: "BAD_MESSAGE", offset: expect.any(Number) });
        }
      }),
    );
  });

  it.each([
    ["x100001250110978          ", 0, "register"],
    ["010000 250110978          ", 6, "amount"],
    ["01000012501109x8          ", 14, "currency"],
  ])("says where %j is not digits", (text, offset, field) => {
    expect(thrown(() => decodeV2Request(encodeLatin1(text)))).toMatchObject({
      code: "BAD_MESSAGE",
      offset,
      field,
    });
  });

  it("says where an answer is not digits, in the long one behind REP", () => {
    const long = `0100000125014${" ".repeat(54)}97x0123456789`;
    expect(thrown(() => decodeV2Response(encodeLatin1(long)))).toMatchObject({
      offset: 69,
      field: "currency",
    });
  });

  it("takes any character as STAT, MODE, TYPE and IND", () => {
    expect(decodeV2Response(encodeLatin1("01?00001250?9780000000000"))).toMatchObject({
      stat: "?",
      mode: "?",
    });
    expect(decodeV2Request(encodeLatin1("0100001250xyz978          "))).toMatchObject({
      ind: "x",
      mode: "y",
      type: "z",
    });
  });
});

describe("what is refused in decoding", () => {
  it("is named with the lengths it may have, and where it stops or should have", () => {
    const error = thrown(() => decodeV2Request(new Uint8Array(30).fill(0x30)));
    expect(error).toMatchObject({ field: "length", offset: 30 });
    expect(error.message).toBe("a V2 request has 26 or 34 characters; this has 30");
    expect(thrown(() => decodeV2Request(new Uint8Array(40))).offset).toBe(34);
    expect(thrown(() => decodeV2Response(new Uint8Array(3))).message).toBe(
      "a V2 answer has 25 or 80 characters; this has 3",
    );
  });

  it.each([
    ["0x00000125010978          ", "register", 1],
    ["01000x0125010978          ", "amount", 5],
  ])("is named in an answer: %j", (text, field, offset) => {
    const error = thrown(() => decodeV2Response(encodeLatin1(text.slice(0, 25))));
    expect(error).toMatchObject({ field, offset });
  });

  it("is told with how many digits there should be, and where there is none", () => {
    expect(thrown(() => decodeV2Request(encodeLatin1("01000012501109x8          "))).message).toBe(
      "currency is not 3 digits, at offset 14",
    );
  });
});

describe("encoding", () => {
  const common = {
    register: "01",
    amount: 1250,
    ind: "1",
    mode: "1",
    type: "0",
    currency: "978",
    private: " ".repeat(10),
  };
  const request: V2Request = { dialect: "E+", ...common, delay: "A010", auto: "B010" };
  const response: V2Response = {
    register: "01",
    stat: "0",
    amount: 1250,
    mode: "1",
    currency: "978",
    private: "0".repeat(10),
  };

  it.each([
    ["dialect", "e"],
    ["register", "1"],
    ["register", "0A"],
    ["amount", 100_000_000],
    ["amount", -1],
    ["amount", 12.5],
    ["amount", Number.NaN],
    ["ind", ""],
    ["mode", "10"],
    ["type", "€"],
    ["mode", "\u0000"],
    ["mode", "\u0002"],
    ["currency", "EUR"],
    ["private", "too short"],
    ["private", "\u0003".repeat(10)],
    ["delay", undefined],
    ["auto", "B0100"],
    ["auto", undefined],
    ["private", `\u0003${" ".repeat(9)}`],
    ["private", `${" ".repeat(9)}\u0003`],
    ["ind", ["1"]],
    ["register", { length: 2, toString: () => "01" }],
  ])("refuses %s %j, naming the field", (field, value) => {
    const bad = { ...request, [field]: value } as V2Request;
    expect(thrown(() => encodeV2Request(bad))).toMatchObject({ code: "BAD_REQUEST", field });
  });

  it("says how much text a field has, and what came in its place", () => {
    const refused = (change: object): ConcertError =>
      thrown(() => encodeV2Request({ ...request, ...change } as V2Request));
    expect(refused({ ind: "" }).rule).toBe("1 character that a frame carries");
    expect(refused({ private: "x" }).rule).toBe("10 characters that a frame carries");
    expect(refused({ currency: "97" }).rule).toBe("3 digits");
    expect(refused({ delay: undefined })).toMatchObject({ field: "delay", value: "" });
    expect(refused({ auto: undefined })).toMatchObject({ field: "auto", value: "" });
  });

  it("takes an amount of zero, and the largest of eight digits", () => {
    expect(decodeLatin1(encodeV2Request({ ...request, amount: 0 })).slice(2, 10)).toBe("00000000");
    expect(decodeLatin1(encodeV2Request({ ...request, amount: 99_999_999 })).slice(2, 10)).toBe("99999999");
  });

  it("refuses the fields of E+ in dialect E", () => {
    expect(encodeV2Request({ ...common, dialect: "E" })).toHaveLength(26);
    expect(thrown(() => encodeV2Request({ ...request, dialect: "E" })).field).toBe("delay");
    expect(thrown(() => encodeV2Request({ ...common, dialect: "E", auto: "B010" })).field).toBe("auto");
  });

  it.each([
    ["stat", "00"],
    ["rep", "4970"],
    ["currency", "97"],
    ["amount", 1e8],
    ["register", "A1"],
    ["private", ""],
  ])("refuses an answer whose %s is %j", (field, value) => {
    const bad = { ...response, [field]: value } as V2Response;
    expect(thrown(() => encodeV2Response(bad))).toMatchObject({ code: "BAD_REQUEST", field });
  });
});
