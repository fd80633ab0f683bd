/**
 * What every carrier must do, the same for memory, sockets and serial lines (design.md section 8).
 * @module
 */
import type { Connection, Connector } from "@concert-pay/core";
import { equal, fail, rejects, sameBytes, take, type Runner } from "./runner.ts";

/** The terminal's end of one connection. */
export interface FarConnection {
  /** The next `count` bytes. */
  read(count: number): Promise<Uint8Array>;
  write(bytes: Uint8Array): Promise<void>;
  /** Closes in order. Absent where the carrier cannot (a serial line has no end of stream). */
  readonly end?: () => Promise<void>;
  /** Loses the connection: reset, unplugged. */
  lose(): Promise<void>;
}

export interface TransportHarness {
  readonly near: Connector;
  /** The far end of the connection that `near.open` opens next. Called before it. */
  accept(): Promise<FarConnection>;
  /** From now on no connection can be made. Absent where the harness cannot. */
  readonly refuse?: () => Promise<void>;
  teardown(): Promise<void>;
}

/** Honest gaps: a test that needs one is left out and named in the suite's title, never skipped in silence. */
export interface TransportCapabilities {
  /** All 256 byte values pass. False on a line of 7 data bits. */
  readonly eightBit: boolean;
  /** The far end can close in order. */
  readonly orderlyEnd: boolean;
  readonly refusal: boolean;
}

const EXCHANGE = "00000000-0000-4000-8000-000000000000";
let exchanges = 0;

const nextExchange = (): string => EXCHANGE.slice(0, -6) + String((exchanges += 1)).padStart(6, "0");

/** Registers the suite with the runner; every test opens a harness of its own. */
export function transportConformance(
  { describe, test }: Runner,
  name: string,
  open: () => Promise<TransportHarness>,
  capabilities: TransportCapabilities,
): void {
  const gaps = Object.entries(capabilities).filter(([, present]) => !present);
  const title = gaps.length === 0 ? name : `${name} (without ${gaps.map(([gap]) => gap).join(", ")})`;
  const bytes = (count: number): Uint8Array =>
    Uint8Array.from({ length: count }, (_, index) =>
      capabilities.eightBit ? index & 0xff : 0x20 + (index % 0x5f),
    );

  const withConnection = async (
    body: (
      near: Connection,
      incoming: AsyncIterator<Uint8Array>,
      far: FarConnection,
      harness: TransportHarness,
    ) => Promise<void>,
  ): Promise<void> => {
    const harness = await open();
    try {
      const accepting = harness.accept();
      const near = await harness.near.open({ exchange: nextExchange() });
      await body(near, near.incoming[Symbol.asyncIterator](), await accepting, harness);
      await near.close();
    } finally {
      await harness.teardown();
    }
  };

  describe(title, () => {
    test("carries bytes to the terminal, in order and unchanged", () =>
      withConnection(async (near, _incoming, far) => {
        await near.write(bytes(300));
        sameBytes("first write", await far.read(300), bytes(300));
        await near.write(bytes(4));
        await near.write(bytes(2));
        sameBytes("two writes", await far.read(6), Uint8Array.from([...bytes(4), ...bytes(2)]));
      }));

    test("carries bytes to the register, in order and unchanged", () =>
      withConnection(async (_near, incoming, far) => {
        await far.write(bytes(300));
        sameBytes("first write", await take(incoming, 300), bytes(300));
        for (const byte of bytes(5)) await far.write(Uint8Array.of(byte));
        sameBytes("byte by byte", await take(incoming, 5), bytes(5));
      }));

    test("carries 64 KiB without loss", () =>
      withConnection(async (_near, incoming, far) => {
        const [got] = await Promise.all([take(incoming, 65_536), far.write(bytes(65_536))]);
        sameBytes("64 KiB", got, bytes(65_536));
      }));

    test("ends the incoming bytes when the register closes, twice if need be", () =>
      withConnection(async (near, incoming) => {
        const ended = incoming.next();
        await near.close();
        await near.close();
        equal("done", (await ended).done, true);
      }));

    test("refuses a write after close", () =>
      withConnection(async (near) => {
        await near.close();
        await rejects("write", near.write(Uint8Array.of(0x41)), "PORT_LOST");
      }));

    test("says PORT_LOST to the reader and to the next write when the connection is lost", () =>
      withConnection(async (near, incoming, far) => {
        const reading = incoming.next();
        await far.lose();
        await rejects("read", reading, "PORT_LOST");
        await rejects("write", near.write(Uint8Array.of(0x41)), "PORT_LOST");
      }));

    test("opens again after a close, with nothing left of the connection before", async () => {
      const harness = await open();
      try {
        for (const mark of [0x41, 0x42]) {
          const accepting = harness.accept();
          const near = await harness.near.open({ exchange: nextExchange() });
          const far = await accepting;
          await far.write(Uint8Array.of(mark));
          sameBytes("mark", await take(near.incoming[Symbol.asyncIterator](), 1), Uint8Array.of(mark));
          await near.close();
        }
      } finally {
        await harness.teardown();
      }
    });

    if (capabilities.orderlyEnd)
      test("ends the incoming bytes after the last of them when the terminal closes in order", () =>
        withConnection(async (_near, incoming, far) => {
          await far.write(bytes(10));
          await (far.end ?? (() => fail("the harness has no end()")))();
          sameBytes("last bytes", await take(incoming, 11), bytes(10));
        }));

    if (capabilities.refusal)
      test("rejects open with UNREACHABLE when there is no terminal", async () => {
        const harness = await open();
        try {
          await (harness.refuse ?? (() => fail("the harness has no refuse()")))();
          await rejects("open", harness.near.open({ exchange: nextExchange() }), "UNREACHABLE", "PORT_LOST");
        } finally {
          await harness.teardown();
        }
      });
  });
}
