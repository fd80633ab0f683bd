import { expect, onTestFinished, test } from "vitest";
import { webLocksLease } from "./lease.ts";

test("a page that is not secure is told so: browsers hide Web Locks from it", () => {
  const before = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  onTestFinished(() => {
    if (before === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", before);
  });
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  const refusal = { code: "NOT_SUPPORTED", reason: "insecure-page" };
  expect(() => webLocksLease()).toThrow(expect.objectContaining(refusal));
});
