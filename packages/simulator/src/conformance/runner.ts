/**
 * What the suites need of a test runner, and the few assertions they make themselves, so that any runner will do.
 * @module
 */
import { ConcertError, type ConcertErrorCode } from "@concert-pay/core";

/** `describe` and `test` of the runner at hand. */
export interface Runner {
  describe(name: string, body: () => void): void;
  test(name: string, body: () => Promise<void>): void;
}

/** Fails the test that runs. */
export function fail(message: string): never {
  throw new Error(message);
}

export function equal(what: string, got: unknown, expected: unknown): void {
  const [a, b] = [JSON.stringify(got), JSON.stringify(expected)];
  if (a !== b) fail(`${what}: expected ${b}, got ${a}`);
}

export function sameBytes(what: string, got: Uint8Array, expected: Uint8Array): void {
  if (got.length !== expected.length) fail(`${what}: expected ${expected.length} bytes, got ${got.length}`);
  const at = got.findIndex((byte, index) => byte !== expected[index]);
  if (at !== -1) fail(`${what}: byte ${at} is ${got[at]}, expected ${expected[at]}`);
}

/** The promise rejects with a `ConcertError` of one of these codes. */
export async function rejects(
  what: string,
  promise: Promise<unknown>,
  ...codes: readonly ConcertErrorCode[]
): Promise<void> {
  const error = await promise.then(
    (value) => fail(`${what}: resolved with ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (!(error instanceof ConcertError)) fail(`${what}: rejected with ${String(error)}, not a ConcertError`);
  if (!codes.includes(error.code)) fail(`${what}: expected ${codes.join(" or ")}, got ${error.code}`);
}

/** Reads until `count` bytes have come, or the iterable ends. */
export async function take(incoming: AsyncIterator<Uint8Array>, count: number): Promise<Uint8Array> {
  const got: number[] = [];
  while (got.length < count) {
    const next = await incoming.next();
    if (next.done === true) break;
    got.push(...next.value);
  }
  return Uint8Array.from(got);
}
