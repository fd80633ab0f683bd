import fc from "fast-check";
import { expect, test } from "vitest";
import { settle, until } from "./testing/manual-clock.ts";
import type { RawPage } from "./testing/raw-page.ts";
import { rig } from "./testing/rig.ts";

const REQUEST = "request";

/**
 * What pages and terminal do, in any order. Pages send the request whenever they can, as a careless one would. `quiet`:
 * all that is under way arrives, then nothing happens for a while, in which the bridge may hang up on an answer.
 */
const steps = fc.array(
  fc.constantFrom("send", "die", "leave", "resume", "reopen", "answer", "advance", "beat", "quiet"),
  { minLength: 1, maxLength: 14 },
);

test(
  "whatever pages do, no byte reaches the terminal uncounted, on one connection only, and the answer stays whole",
  { timeout: 60_000 },
  async () => {
    const rigged = await rig();
    await fc.assert(
      fc.asyncProperty(steps, async (sequence) => {
        const index = rigged.terminal.calls.length;
        let { page, call } = await rigged.exchange();
        const { exchange } = page;
        const pages: RawPage[] = [page];
        let answer = "";
        for (const [turn, step] of sequence.entries()) {
          const open = page.socket.readyState === page.socket.OPEN;
          // A page that was told "0 bytes", or that did not say that it resumes, may not send; this one tries.
          if (step === "send" && open) page.send(REQUEST);
          if (step === "die") page.socket.terminate();
          if (step === "leave") page.socket.close(4001);
          if (step === "beat" && open) page.socket.send('{"heartbeat":1}');
          if (step === "advance") rigged.clock.advance(10_000);
          if (step === "quiet")
            for (const ms of [5_000, 1_000]) {
              await settle(10);
              rigged.clock.advance(ms);
              await settle(10);
            }
          if (step === "answer" && !call.hungUp()) {
            const piece = `[${turn}]`;
            if (call.socket.write(piece)) answer += piece;
          }
          if (step === "resume" || step === "reopen") {
            page = rigged.page({ exchange, resume: step === "resume" });
            pages.push(page);
            const { requestBytes, ended } = await page.event("resumed");
            if (requestBytes === 0) expect(call.received().length).toBe(0);
            if (ended === false) await until(() => page.size() >= answer.length);
          }
        }
        for (const { socket } of pages) socket.terminate();
        const last = rigged.page({ exchange, resume: true });
        const { requestBytes, ended } = await last.event("resumed");
        // The count is the last word: what it does not say has not reached the terminal, and never will.
        if (requestBytes === 0) {
          await until(() => call.hungUp());
          expect(call.received().length).toBe(0);
        } else {
          await until(() => call.received().length === requestBytes);
          // A bridge that has hung up has done so on an answer, and lost none of it.
          if (ended) expect(answer).not.toBe("");
          else if (!call.hungUp()) answer += "!";
          call.socket.end(call.hungUp() ? "" : "!");
          await last.event("ended");
          expect(last.received().toString()).toBe(answer);
        }
        expect(rigged.terminal.calls.length).toBe(index + 1);
        last.socket.close(1000);
        await last.closed();
        await until(() => rigged.bridge.counters().pages === 0);
      }),
      { numRuns: 120 },
    );
  },
);
