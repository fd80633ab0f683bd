/** vitest as the conformance suites see a test runner. */
import { describe, test } from "vitest";
import type { Runner } from "@concert-pay/simulator/conformance";

export const runner: Runner = {
  describe: (name, body) => void describe(name, body),
  test: (name, body) => void test(name, body),
};
