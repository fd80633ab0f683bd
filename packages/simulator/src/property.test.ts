import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dialect } from "@concert-pay/core";
import { Attachment } from "./attachment.ts";
import { ipFraming, REQUEST_PATIENCE_MS, REQUEST_QUIET_MS, terminalLink } from "./links.ts";
import { behaviourNames } from "./model/find-behaviour.ts";
import { TerminalModel } from "./model/terminal-model.ts";
import { debit } from "./testing/requests.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

/** A register's connection without a carrier: what the terminal wrote is kept. */
function attached(
  dialect: Dialect,
  behaviour: string,
): { model: TerminalModel; end: Attachment; clock: VirtualClock } {
  const clock = new VirtualClock();
  const model = new TerminalModel({ clock, behaviour });
  const framing = ipFraming(dialect);
  const wire = {
    write: (_: Uint8Array, written: () => void) => written(),
    end: () => undefined,
    reset: () => undefined,
  };
  const end = new Attachment({
    model,
    clock,
    dialect,
    framing,
    wire,
    link: terminalLink(framing),
    connection: 0,
  });
  return { model, end, clock };
}

const REQUEST = debit("1250", { CF: "sale 7" });
/** Where the compulsory tags end: what comes before is no complete request. */
const COMPULSORY = debit("1250").length;

const anyBehaviour = fc.constantFrom(...behaviourNames());
/** Bytes of all kinds, and bytes that look like the protocol. */
const anyBytes = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc.constantFrom(
    ...["CZ", "CB004", "CD0010", "\x05", "\x02", "\x03", "\x04", "\x06"].map((text) => Buffer.from(text)),
  ),
  fc.nat({ max: REQUEST.length }).map((length) => REQUEST.subarray(0, length)),
);

describe("whatever bytes arrive", () => {
  it("never fails, and answers the next register", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<Dialect>("v3", "v2-e", "v2-e+"),
        anyBehaviour,
        fc.array(fc.tuple(anyBytes, fc.nat({ max: 3_000 })), { maxLength: 12 }),
        async (dialect, behaviour, parts) => {
          const { model, end, clock } = attached(dialect, behaviour);
          for (const [bytes, pauseMs] of parts) {
            end.receive(bytes);
            await clock.advance(pauseMs);
          }
          end.peerClosed();
          await clock.advance(400_000);
          expect(model.busy).toBe(false);
          const charged = model.requests.filter(({ fate }) => fate === "charged");
          expect(charged.map(({ index }) => index)).toEqual(model.ledger.map(({ request }) => request));
        },
      ),
      { numRuns: 300 },
    );
  });

  it("never charges for a request whose end is missing, wherever it is cut and however it ends", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: COMPULSORY - 1 }),
        fc.constantFrom("silence", "close", "reset"),
        anyBehaviour,
        async (cut, how, behaviour) => {
          const { model, end, clock } = attached("v3", behaviour);
          end.receive(REQUEST.subarray(0, cut));
          if (how !== "silence") end.peerClosed({ lost: how === "reset" });
          await clock.advance(400_000);
          expect(model.ledger).toEqual([]);
        },
      ),
      { numRuns: 300 },
    );
  });

  it("charges once for a request that comes in any pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat({ max: REQUEST.length }), { maxLength: 6 }),
        fc.nat({ max: REQUEST_QUIET_MS - 1 }),
        async (cuts, gapMs) => {
          const { model, end, clock } = attached("v3", "approve");
          // No piece is empty: two gaps in a row would be a silence, and silence ends a request.
          const at = [...new Set([0, ...cuts, REQUEST.length])].sort((a, b) => a - b);
          for (let index = 1; index < at.length; index += 1) {
            end.receive(REQUEST.subarray(at[index - 1], at[index]));
            await clock.advance(gapMs);
          }
          await clock.advance(1_000);
          expect(model.ledger).toMatchObject([{ amount: 1_250, reference: "sale 7" }]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it("waits for the amount and the currency of a payment, however its tags are ordered and cut", async () => {
    const tags = ["CZ0040300", "CJ012012345678901", "CA00201", "CB0041250", "CD0010", "CE003978"];
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(tags.slice(1), { minLength: 5 }),
        fc.nat(),
        fc.nat({ max: REQUEST_PATIENCE_MS - 1 }),
        async (rest, at, gapMs) => {
          const request = Buffer.from([tags[0], ...rest].join(""));
          const { model, end, clock } = attached("v3", "approve");
          // Without the last byte something compulsory is missing still.
          const cut = at % request.length;
          end.receive(request.subarray(0, cut));
          await clock.advance(gapMs);
          end.receive(request.subarray(cut));
          await clock.advance(REQUEST_QUIET_MS);
          expect(model.requests.map(({ fate }) => fate)).toEqual(["charged"]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it.each(["CB", "CE"])(
    "tells a payment without %s that it is malformed, once it has waited for it",
    async (tag) => {
      const { model, end, clock } = attached("v3", "approve");
      end.receive(debit("1250", { [tag]: undefined }));
      await clock.advance(REQUEST_PATIENCE_MS - 1);
      expect(model.requests).toEqual([]);
      await clock.advance(1);
      expect(model.requests).toMatchObject([{ fate: "malformed" }]);
    },
  );

  it("charges nothing when any one byte of the amount's header is spoilt", async () => {
    const header = Buffer.from(REQUEST).indexOf("CB004");
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: 4 }), fc.nat({ max: 255 }), async (offset, byte) => {
        fc.pre(REQUEST[header + offset] !== byte);
        const { model, end, clock } = attached("v3", "approve");
        const spoilt = Uint8Array.from(REQUEST);
        spoilt[header + offset] = byte;
        end.receive(spoilt);
        await clock.advance(1_000);
        expect(model.ledger).toEqual([]);
      }),
    );
  });
});
