/**
 * One suite, every carrier: give it your test runner's `describe` and `test` and a harness (design.md section 8).
 * @module
 */
export type { Runner } from "./conformance/runner.ts";
export {
  transportConformance,
  type FarConnection,
  type TransportCapabilities,
  type TransportHarness,
} from "./conformance/transport.ts";
export { paymentConformance, type PaymentCapabilities, type PaymentHarness } from "./conformance/payment.ts";
