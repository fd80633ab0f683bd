import { expect, test } from "vitest";
import { requireSerial, serialSupport } from "./support.ts";
import { FakeSerial } from "./testing/fake-serial.ts";

const serial = new FakeSerial();
const policy = (allowed: boolean) => ({ featurePolicy: { allowsFeature: () => allowed } });

test("is there where the page is secure and the browser has it", () => {
  expect(serialSupport({ isSecureContext: true, navigator: { serial } })).toEqual({
    supported: true,
    serial,
  });
  expect(serialSupport({ isSecureContext: true, navigator: { serial }, document: policy(true) })).toEqual({
    supported: true,
    serial,
  });
});

test.each([
  ["an insecure page", { isSecureContext: false, navigator: {} }, "insecure-page", "https"],
  ["a browser without it", { isSecureContext: true, navigator: {} }, "missing-api", "Chrome"],
  ["a runtime without a navigator", {}, "missing-api", "Chrome"],
  [
    "a frame without permission",
    { navigator: { serial }, document: policy(false) },
    "blocked-by-policy",
    "allow=",
  ],
] as const)("%s is told with the way out", (_where, environment, reason, remedy) => {
  const support = serialSupport(environment);
  expect(support).toMatchObject({ supported: false, reason, message: expect.stringContaining(remedy) });
});

test("the injected one is used without looking at the page", () => {
  expect(requireSerial(serial)).toBe(serial);
});
