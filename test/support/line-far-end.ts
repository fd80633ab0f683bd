/**
 * The far end of a serial line as the transport suite sees it.
 * @module
 */
import type { FarConnection } from "@concert-pay/simulator/conformance";
import type { LineEnd } from "./terminal-on-line.ts";

/** One reader for the line, however many connections the near end makes over it. */
export function farEndOfLine(line: LineEnd, lose: () => Promise<void> | void): FarConnection {
  const chunks = line.incoming[Symbol.asyncIterator]();
  let received: number[] = [];
  return {
    read: async (count) => {
      while (received.length < count) {
        const { done, value } = await chunks.next();
        if (done === true) throw new Error(`the line ended after ${received.length} of ${count} bytes`);
        received.push(...value);
      }
      const taken = Uint8Array.from(received.slice(0, count));
      received = received.slice(count);
      return taken;
    },
    write: (bytes) => line.write(bytes),
    lose: async () => lose(),
  };
}
