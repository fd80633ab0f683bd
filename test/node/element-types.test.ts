/** The types that the built element gives to who imports `@concert-pay/element/define` alone. */
import { expect, test } from "vitest";
import { tsc } from "../support/build-packages.ts";

test("the element's events are typed for a page that only registers it", () => {
  expect(tsc("-b", "packages/element")).toBe("");
  expect(tsc("-p", "test/node/element-types")).toBe("");
}, 120_000);
