import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { framedVectors } from "../testing/framed-vectors.ts";
import { ACK, ENQ, EOT, ETX, NAK, STX } from "./frame-control.ts";
import { encodeFrame, FrameDecoder, type FrameEvent } from "./frame.ts";
import { addEvenParity } from "./parity.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const data = fc
  .uint8Array({ minLength: 1, maxLength: 512 })
  .map((raw) => raw.map((byte) => 0x20 + (byte % 0x60)));
const whole = (...parts: readonly (Uint8Array | number)[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "number" ? [part] : [...part])));

/** Kinds in short; frames by their text. */
const shown = (events: readonly FrameEvent[]): string[] =>
  events.map((event) =>
    event.kind === "frame" || event.kind === "bad-lrc"
      ? `${event.kind} ${String.fromCharCode(...event.data)}`
      : event.kind === "noise"
        ? `noise ${event.bytes.length}`
        : event.kind,
  );

describe("encodeFrame", () => {
  it.each(framedVectors())("makes the published bytes of $name", ({ frame, data: of }) => {
    expect(encodeFrame(of)).toEqual(frame);
  });

  it("takes 512 bytes and refuses 513, saying so", () => {
    expect(encodeFrame(new Uint8Array(512).fill(0x20))).toHaveLength(515);
    expect(() => encodeFrame(new Uint8Array(513).fill(0x20))).toThrow(
      /at most 512 bytes in one serial frame; got 513/,
    );
  });

  it.each([0x00, 0x02, 0x03, 0x05, 0x0a, 0x1f, 0x80, 0xa7, 0xff])(
    "refuses byte %i, naming its place",
    (byte) => {
      expect(() => encodeFrame(Uint8Array.of(0x41, byte))).toThrow(
        expect.objectContaining({ code: "BAD_REQUEST", field: "message", offset: 1 }),
      );
    },
  );

  it("says in numbers what was refused and why", () => {
    expect(() => encodeFrame(new Uint8Array(11).fill(0x41), { maxData: 10 })).toThrow(
      expect.objectContaining({
        code: "BAD_REQUEST",
        field: "message",
        rule: "at most 10 bytes in one serial frame",
        value: "11",
        offset: undefined,
      }),
    );
    expect(() => encodeFrame(bytes("AB\n"))).toThrow(
      expect.objectContaining({ rule: "bytes 0x20 to 0x7F on a serial line", value: "0x0a", offset: 2 }),
    );
    expect(() => encodeFrame(bytes("A\u0003"), { strict: false })).toThrow(
      expect.objectContaining({ rule: "free of NUL, STX and ETX", value: "0x03", offset: 1 }),
    );
  });

  it("takes 0x20 and 0x7F, the ends of what the line carries", () => {
    expect(encodeFrame(Uint8Array.of(0x20, 0x7f))).toEqual(whole(STX, 0x20, 0x7f, ETX, 0x5c));
  });

  it("takes line feeds and 8-bit text where a simulated terminal asks for it, never NUL, STX or ETX", () => {
    expect(encodeFrame(Uint8Array.of(0x0a, 0xa7), { strict: false })).toEqual(
      whole(STX, 0x0a, 0xa7, ETX, 0xae),
    );
    for (const byte of [0, STX, ETX])
      expect(() => encodeFrame(Uint8Array.of(byte), { strict: false })).toThrow(/free of/);
  });
});

describe("FrameDecoder", () => {
  it.each(framedVectors())(
    "reads $name whole, byte by byte and in two pieces cut anywhere",
    ({ frame, data: of }) => {
      const expected = [{ kind: "frame", data: of }];
      expect(new FrameDecoder().push(frame)).toEqual(expected);
      const slow = new FrameDecoder();
      expect([...frame].flatMap((byte) => [...slow.push(Uint8Array.of(byte))])).toEqual(expected);
      for (let cut = 1; cut < frame.length; cut += 1) {
        const decoder = new FrameDecoder();
        expect([...decoder.push(frame.subarray(0, cut)), ...decoder.push(frame.subarray(cut))]).toEqual(
          expected,
        );
      }
    },
  );

  it("gives back any data that was framed, and what follows it", () => {
    fc.assert(
      fc.property(data, data, (one, two) => {
        const events = new FrameDecoder().push(whole(ENQ, encodeFrame(one), EOT, encodeFrame(two), ACK));
        expect(events).toEqual([
          { kind: "control", byte: ENQ },
          { kind: "frame", data: one },
          { kind: "control", byte: EOT },
          { kind: "frame", data: two },
          { kind: "control", byte: ACK },
        ]);
      }),
    );
  });

  it.each([0x00, STX, ETX, EOT, ENQ, ACK, NAK])(
    "takes the byte after ETX as the LRC when it equals %i",
    (check) => {
      const of = Uint8Array.of(0x40, 0x40 ^ check ^ ETX);
      expect(new FrameDecoder().push(whole(STX, of, ETX, check))).toEqual([{ kind: "frame", data: of }]);
    },
  );

  it("tells a wrong LRC with what was expected and what came", () => {
    expect(new FrameDecoder().push(whole(STX, bytes("A"), ETX, 0x43))).toEqual([
      { kind: "bad-lrc", data: bytes("A"), expected: 0x42, got: 0x43 },
    ]);
  });

  it("takes a frame with any one wrong, lost, doubled or added byte for no other message", () => {
    const fault = fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom("put", "lose", "add"));
    fc.assert(
      fc.property(data, fault, (of, [where, value, what]) => {
        const frame = [...encodeFrame(of)];
        const at = 1 + (where % (frame.length - 1));
        frame.splice(at, what === "add" ? 0 : 1, ...(what === "lose" ? [] : [value]));
        const events = new FrameDecoder().push(Uint8Array.from(frame));
        const last = events.at(-1);
        // A stray ETX can cut a frame whose LRC then fits by chance; its rest gives that away, and the link waits for it.
        const first = events.find(({ kind }) => kind === "frame");
        if (first === last && first?.kind === "frame") expect(first.data).toEqual(of);
      }),
      { numRuns: 2_000 },
    );
  });

  it("begins again on an STX that follows STX at once", () => {
    expect(shown(new FrameDecoder().push(whole(STX, encodeFrame(bytes("ABC")))))).toEqual(["frame ABC"]);
  });

  it("reads the frame after one that lost its ETX", () => {
    const first = [...encodeFrame(bytes("ABC"))].filter((byte) => byte !== ETX);
    const events = new FrameDecoder().push(whole(Uint8Array.from(first), encodeFrame(bytes("DEF"))));
    expect(shown(events)).toEqual(["noise 4", "frame DEF"]);
  });

  it("does not take the tail of a message for a message when noise made a character STX", () => {
    // "AA" XORs to 0, so the LRC of the whole fits what follows a second STX.
    const frame = encodeFrame(bytes("AAxCB0011"));
    frame[3] = STX;
    const tail = encodeFrame(bytes("AACB0011"));
    expect(shown(new FrameDecoder().push(frame))).toEqual(["bad-lrc AA\u0002CB0011"]);
    expect(shown(new FrameDecoder().push(whole(tail.subarray(0, 3), STX, tail.subarray(3))))).toEqual([
      "bad-lrc AA\u0002CB0011",
    ]);
  });

  it("refuses a frame with two STX inside, which the LRC cannot see either", () => {
    const frame = encodeFrame(bytes("AB"));
    const spoilt = whole(frame.subarray(0, 2), STX, STX, frame.subarray(2));
    expect(shown(new FrameDecoder().push(spoilt))).toEqual(["bad-lrc A\u0002\u0002B"]);
  });

  it("refuses a frame with a NUL, which the LRC cannot see", () => {
    const frame = encodeFrame(bytes("AB"));
    expect(shown(new FrameDecoder().push(whole(frame.subarray(0, 2), 0, frame.subarray(2))))).toEqual([
      "bad-lrc A\u0000B",
    ]);
  });

  it("tells the end of a frame without STX, and does not read its LRC as a control character", () => {
    const headless = whole(bytes("AF"), ETX, ENQ);
    expect(shown(new FrameDecoder().push(whole(headless, ACK)))).toEqual(["noise 2", "headless", "control"]);
  });

  it("takes STX for noise when no frame is expected", () => {
    const decoder = new FrameDecoder();
    decoder.listening = false;
    expect(shown(decoder.push(encodeFrame(bytes("AF"))))).toEqual(["noise 3", "headless"]);
  });

  it("takes data at its limit and refuses one byte more, at the end of the frame", () => {
    const frame = (length: number): Uint8Array =>
      encodeFrame(new Uint8Array(length).fill(0x41), { maxData: length });
    for (const limit of [4_096, 16]) {
      const decoder = new FrameDecoder(limit === 16 ? { maxData: 16 } : {});
      expect(decoder.push(frame(limit))).toMatchObject([{ kind: "frame", data: { length: limit } }]);
      expect(decoder.push(frame(limit + 1).subarray(0, -1))).toEqual([]);
      expect(decoder.push(frame(limit + 1).subarray(-1))).toEqual([{ kind: "oversize", length: limit + 1 }]);
      expect(decoder.push(frame(1))).toMatchObject([{ kind: "frame" }]);
    }
  });

  it("clears bit 7 when asked", () => {
    const frame = addEvenParity(encodeFrame(bytes("CZ0040300")));
    expect(shown(new FrameDecoder({ maskBit7: true }).push(frame))).toEqual(["frame CZ0040300"]);
    expect(shown(new FrameDecoder().push(frame))).not.toContain("frame CZ0040300");
  });

  it("keeps line feeds inside data, for tickets hold them", () => {
    const frame = encodeFrame(bytes("A\r\nB"), { strict: false });
    expect(shown(new FrameDecoder().push(frame))).toEqual(["frame A\r\nB"]);
  });

  it("forgets a frame begun when reset, and returns it", () => {
    const decoder = new FrameDecoder();
    decoder.push(whole(STX, bytes("AB")));
    expect(decoder.stage).toBe("data");
    expect(decoder.reset()).toEqual(bytes("AB"));
    expect(shown(decoder.push(encodeFrame(bytes("C"))))).toEqual(["frame C"]);
  });

  it("returns nothing when reset outside a frame, and what it has, cut at its limit, inside one", () => {
    const decoder = new FrameDecoder({ maxData: 2 });
    decoder.push(bytes("AB"));
    expect(decoder.reset()).toEqual(new Uint8Array());
    decoder.push(whole(STX, bytes("ABC")));
    expect(decoder.reset()).toEqual(bytes("AB"));
    expect(decoder.reset()).toEqual(new Uint8Array());
    decoder.push(whole(STX, bytes("A"), ETX));
    expect(decoder.stage).toBe("lrc");
    expect(decoder.reset()).toEqual(bytes("A"));
    expect(decoder.stage).toBe("outside");
  });

  it("forgets stray text when reset: an ETX after it ends nothing", () => {
    const decoder = new FrameDecoder();
    decoder.push(bytes("AB"));
    decoder.reset();
    expect(decoder.push(Uint8Array.of(ETX, ENQ))).toEqual([
      { kind: "noise", bytes: Uint8Array.of(ETX) },
      { kind: "control", byte: ENQ },
    ]);
  });

  it("waits for one byte after the end of a frame without STX, and gives both", () => {
    const decoder = new FrameDecoder();
    decoder.push(whole(bytes("A"), ETX));
    expect(decoder.stage).toBe("stray-lrc");
    expect(decoder.push(whole(ACK, ACK))).toEqual([
      { kind: "headless", bytes: Uint8Array.of(ETX, ACK) },
      { kind: "control", byte: ACK },
    ]);
    expect(decoder.push(Uint8Array.of(ETX))).toEqual([{ kind: "noise", bytes: Uint8Array.of(ETX) }]);
  });

  it("begins a frame on an STX after stray text and ETX: noise must not eat the frame behind it", () => {
    const noisy = whole(bytes("A"), ETX, encodeFrame(bytes("ABC")));
    expect(shown(new FrameDecoder().push(noisy))).toEqual(["noise 2", "frame ABC"]);
    const slow = new FrameDecoder();
    expect(shown([...noisy].flatMap((byte) => [...slow.push(Uint8Array.of(byte))]))).toEqual([
      "noise 1",
      "noise 1",
      "frame ABC",
    ]);
  });

  it("takes that STX for the LRC where no frame is expected", () => {
    const decoder = new FrameDecoder();
    decoder.listening = false;
    expect(decoder.push(whole(bytes("A"), ETX, STX, ACK))).toEqual([
      { kind: "noise", bytes: bytes("A") },
      { kind: "headless", bytes: Uint8Array.of(ETX, STX) },
      { kind: "control", byte: ACK },
    ]);
  });

  it("has nothing to return of a frame without STX", () => {
    const decoder = new FrameDecoder();
    decoder.push(encodeFrame(bytes("FULL")));
    decoder.push(whole(bytes("A"), ETX));
    expect(decoder.reset()).toEqual(new Uint8Array());
  });

  it("takes text for stray from 0x20 on, until a control character", () => {
    const endsFrame = (...before: readonly number[]): boolean =>
      shown(new FrameDecoder().push(Uint8Array.of(...before, ETX, ENQ))).includes("headless");
    expect(endsFrame(0x20)).toBe(true);
    expect(endsFrame(0x1f)).toBe(false);
    for (const control of [ENQ, ACK, NAK, EOT]) expect(endsFrame(0x41, control)).toBe(false);
    expect(endsFrame(0x41, 0x0a)).toBe(true);
  });

  it("reads one event at a time, and says where the next one begins", () => {
    const decoder = new FrameDecoder();
    const input = whole(ENQ, encodeFrame(bytes("A")), EOT, STX, bytes("B"));
    expect(decoder.read(input, 0)).toEqual({ kind: "control", byte: ENQ });
    expect(decoder.position).toBe(1);
    expect(decoder.read(input, 1)).toEqual({ kind: "frame", data: bytes("A") });
    expect(decoder.position).toBe(5);
    expect(decoder.read(input, 5)).toEqual({ kind: "control", byte: EOT });
    expect(decoder.read(input, 6)).toBeUndefined();
    expect(decoder.position).toBe(8);
  });

  it("gives what was cut of a frame that lost its ETX, and begins the next with a clean check", () => {
    const first = [...encodeFrame(bytes("ABC"))].filter((byte) => byte !== ETX);
    const decoder = new FrameDecoder();
    const input = whole(Uint8Array.from(first), encodeFrame(bytes("D")));
    expect(decoder.push(input)).toEqual([
      { kind: "noise", bytes: whole(bytes("ABC"), first[4]!) },
      { kind: "frame", data: bytes("D") },
    ]);
  });

  it("does not begin anew after a NUL, though what came then looks like a frame without its ETX", () => {
    const first = [...encodeFrame(bytes("AB"))].filter((byte) => byte !== ETX);
    const events = new FrameDecoder().push(whole(Uint8Array.from(first), 0, encodeFrame(bytes("D"))));
    expect(events.map(({ kind }) => kind)).toEqual(["bad-lrc"]);
  });

  it("judges each frame by itself: one that was spoilt does not spoil the next", () => {
    const decoder = new FrameDecoder();
    decoder.push(whole(STX, 0, ETX, ETX));
    expect(shown(decoder.push(encodeFrame(bytes("A"))))).toEqual(["frame A"]);
  });

  it("gives the same events however the bytes are cut", () => {
    const flat = (events: readonly FrameEvent[]): string =>
      JSON.stringify(
        events.flatMap<unknown>((event) => (event.kind === "noise" ? [...event.bytes] : [event])),
      );
    const lively = fc.array(fc.oneof(fc.constantFrom(0, STX, ETX, EOT, ENQ, ACK, NAK), fc.nat(255)), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(lively, fc.nat(80), (raw, cut) => {
        const decoder = new FrameDecoder();
        const cutUp = [
          ...decoder.push(Uint8Array.from(raw.slice(0, cut))),
          ...decoder.push(Uint8Array.from(raw.slice(cut))),
        ];
        expect(flat(cutUp)).toBe(flat(new FrameDecoder().push(Uint8Array.from(raw))));
      }),
    );
  });
});
