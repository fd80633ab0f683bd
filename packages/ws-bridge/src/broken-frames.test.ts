import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { handMadePage } from "./testing/hand-made-page.ts";
import { until } from "./testing/manual-clock.ts";
import { rig } from "./testing/rig.ts";

const MASK = [0, 0, 0, 0];

test.each([
  ["a frame that announces far more than the limit", [0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, ...MASK], 4413],
  ["a frame that announces one byte too many", [0x82, 0xfe, 0x03, 0xe9, ...MASK], 4413],
  ["a text that is no UTF-8", [0x81, 0x82, ...MASK, 0xc3, 0x28], 4415],
  ["a frame without a mask", [0x82, 0x01, 0x41], 4415],
  ["an operation that WebSocket does not know", [0x8f, 0x80, ...MASK], 4415],
  [
    "a length that no number holds",
    [0x82, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, ...MASK],
    4413,
  ],
  ["a close code that does not exist", [0x88, 0x82, ...MASK, 0x03, 0xe7], 4415],
] as const)("%s closes with a code and a reason of the table", async (_, bytes, code) => {
  const { bridge } = await rig({ limits: { frameBytes: 1_000 } });
  const page = await handMadePage(bridge.port, randomUUID());
  page.write(...bytes);
  const reason = code === 4413 ? "frame-too-large" : "not-understood";
  expect(await page.closed()).toEqual({ code, reason });
  expect(bridge.counters().closed).toEqual({ [reason]: 1 });
});

test("after a broken frame the answer is held for the page at once, not sent into a dying socket", async () => {
  const rigged = await rig();
  const exchange = randomUUID();
  const page = await handMadePage(rigged.bridge.port, exchange);
  page.write(0x82, 0x81, ...MASK, 0x41, 0x82, 0x01, 0x41);
  await page.closed();
  expect(rigged.bridge.counters()).toMatchObject({ pages: 0, held: 1 });
  const call = await rigged.terminal.call(0);
  call.socket.end("answer");
  const back = rigged.page({ exchange, resume: true });
  expect(await back.event("resumed")).toMatchObject({ requestBytes: 1 });
  await back.event("ended");
  expect(back.received().toString()).toBe("answer");
  expect(call.received().toString()).toBe("A");
});

test.each([1002, 1007, 1009, 1011])("a page that closes with %i itself hears its own code", async (code) => {
  const { exchange, bridge } = await rig();
  const { page } = await exchange();
  page.socket.close(code, "its own reason");
  expect(await page.closed()).toEqual({ code, reason: "its own reason" });
  await until(() => bridge.counters().pages === 0);
  expect(bridge.counters().closed).toEqual({});
});
