import { expect, test } from "vitest";
import { knownSerialConnector, requestSerialConnector, serialSupport } from "./index.ts";

test("a real page finds Web Serial, and no terminal where none was ever picked", async () => {
  expect(serialSupport()).toEqual({ supported: true, serial: navigator.serial });
  expect(await knownSerialConnector()).toBeUndefined();
});

test("the real browser refuses its picker outside a click", async () => {
  await expect(requestSerialConnector()).rejects.toMatchObject({ code: "NOT_ALLOWED", reason: "no-click" });
});
