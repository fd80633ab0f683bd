import { describe, expect, it } from "vitest";
import { LinkPair, type ByteFault, type End, type LinkPairOptions } from "../testing/link-pair.ts";
import { SerialLink } from "./serial-link.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const text = (data: Uint8Array): string => String.fromCharCode(...data);

const DIALOGUES = [
  {
    name: "V3",
    request: "CZ0040300CJ012345351663588CA00201CB00512345CD0010CE003978",
    response:
      "CZ0040301CJ012330538600404CA00201CB00512345CC00300BCD0010CE003978AA016497010######1234AC006184117AE00210",
  },
  {
    name: "V2",
    request: "0100001250110978          A010B010",
    response: "010000012501" + "4970101234561234".padEnd(55) + "978" + "          ",
  },
] as const;

interface Dialogue {
  readonly request: string;
  readonly response: string;
}

/** Where bytes take time, both ends know how much. */
function play({ request, response }: Dialogue, options: LinkPairOptions): LinkPair {
  const { byteMs = 0 } = options;
  const end = (role: End): SerialLink =>
    new SerialLink({ role, ...(byteMs === 0 ? {} : { baudRate: 10_000 / byteMs }) });
  const pair = new LinkPair(end("register"), end("terminal"), {
    answer: () => [[2_000, bytes(response)]],
    ...options,
  });
  pair.send("register", bytes(request));
  return pair.run();
}

const delivered = (pair: LinkPair, end: End): string[] => pair.messages(end).map(({ data }) => text(data));

/** What must hold whatever one fault did to the line. Returns a sentence on what does not, for 10 000 cases. */
function broken({ request, response }: Dialogue, pair: LinkPair): string | undefined {
  for (const [end, message] of [
    ["terminal", request],
    ["register", response],
  ] as const) {
    const got = delivered(pair, end);
    if (got.length > 1) return `${end} got its message ${got.length} times`;
    if (got.some((each) => each !== message)) return `${end} got another message: ${got[0]}`;
  }
  for (const [from, to] of [
    ["register", "terminal"],
    ["terminal", "register"],
  ] as const) {
    const failures = pair.failures(from);
    const had = delivered(pair, to).length === 1;
    if (failures.some(({ stage }) => stage === "before") && had)
      return `${from} denies a message that ${to} has`;
    if (pair.sent(from) > 0 && !had) return `${from} was told that ${to} has its message`;
    if (had && pair.sent(from) + failures.length !== 1)
      return `${from} was not told once what became of its message`;
  }
  if (pair.messages("register").some(({ late }) => late)) return "the answer was called late";
  return undefined;
}

/** Control characters of the link, NUL and line feed, one flipped bit, parity, and text. */
const someValues = (byte: number): number[] => [
  ...new Set([0x00, 0x02, 0x03, 0x04, 0x05, 0x06, 0x0a, 0x15, 0x30, byte ^ 0x01, byte ^ 0x80]),
];
/** Every control character and every flipped bit: an exchange of text for text is what an LRC surely sees. */
const manyValues = (byte: number): number[] => [
  ...new Set([
    ...Array.from({ length: 32 }, (_, value) => value),
    ...Array.from({ length: 8 }, (_, bit) => byte ^ (1 << bit)),
    0x7f,
    0xff,
  ]),
];

const at =
  (from: End, index: number, put: (byte: number) => readonly number[]): ByteFault =>
  (end, position, byte) =>
    end === from && position === index ? put(byte) : [byte];

describe.each(DIALOGUES)("one fault in a whole $name dialogue", { timeout: 60_000 }, (dialogue) => {
  const clean = play(dialogue, {});
  const positions = (["register", "terminal"] as const).flatMap((from) =>
    clean.wire[from].map((byte, index) => ({ from, index, byte })),
  );

  function check(options: LinkPairOptions, what: string, found: string[]): void {
    const fault = broken(dialogue, play(dialogue, options));
    if (fault !== undefined) found.push(`${what}: ${fault}`);
  }

  it("is exchanged both ways without one", () => {
    expect(delivered(clean, "terminal")).toEqual([dialogue.request]);
    expect(delivered(clean, "register")).toEqual([dialogue.response]);
    expect([clean.sent("register"), clean.sent("terminal")]).toEqual([1, 1]);
    expect(broken(dialogue, clean)).toBeUndefined();
  });

  it("another value in place of any byte never makes a wrong or doubled message, nor a wrong certainty", () => {
    const found: string[] = [];
    for (const { from, index, byte } of positions)
      for (const value of manyValues(byte))
        if (value !== byte)
          check({ fault: at(from, index, () => [value]) }, `${from} ${index} = ${value}`, found);
    expect(found).toEqual([]);
  });

  it.each([0, 1, 8])("the loss of any byte is noticed or mended, at %i ms a byte", (byteMs) => {
    const found: string[] = [];
    for (const { from, index } of positions)
      check({ byteMs, fault: at(from, index, () => []) }, `${from} ${index} lost`, found);
    expect(found).toEqual([]);
  });

  it.each([0, 1, 8])("any byte doubled is noticed or mended, at %i ms a byte", (byteMs) => {
    const found: string[] = [];
    for (const { from, index } of positions)
      check({ byteMs, fault: at(from, index, (byte) => [byte, byte]) }, `${from} ${index} doubled`, found);
    expect(found).toEqual([]);
  });

  it.each([0, 1])(
    "a byte put before or after any other is noticed or mended, at %i ms a byte",
    (byteMs) => {
      const found: string[] = [];
      for (const { from, index, byte } of positions)
        for (const value of someValues(byte)) {
          check(
            { byteMs, fault: at(from, index, () => [value, byte]) },
            `${value} before ${from} ${index}`,
            found,
          );
          check(
            { byteMs, fault: at(from, index, () => [byte, value]) },
            `${value} after ${from} ${index}`,
            found,
          );
        }
      expect(found).toEqual([]);
    },
    60_000,
  );

  it("control characters and flipped bits in place of any byte are noticed or mended byte by byte too", () => {
    const found: string[] = [];
    for (const { from, index, byte } of positions)
      for (const value of someValues(byte))
        check({ byteMs: 1, fault: at(from, index, () => [value]) }, `${from} ${index} = ${value}`, found);
    expect(found).toEqual([]);
  });
});
