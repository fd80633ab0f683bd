import { expect, it } from "vitest";

it("the codec loads by itself and gives what the contract names", async () => {
  const codec = await import("./index.ts");
  expect(Object.keys(codec)).toEqual(
    expect.arrayContaining([
      "decodeMessage",
      "encodeMessage",
      "decodeV2Request",
      "decodeV2Response",
      "encodeV2Request",
      "encodeV2Response",
      "decodeTicket",
    ]),
  );
});
