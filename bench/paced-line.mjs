/** A terminal at the end of a serial line on which every byte takes its time, and clocks to run it on. */
import { openTerminal, systemClock } from "../packages/core/dist/index.js";
import { simulatedConnector } from "../packages/simulator/dist/page.js";

/** Start, 7 bits and parity (or 8 bits), stop. */
const BITS_PER_BYTE = 10;
/** What either end waits before it answers (protocol.md section 7.5). */
const TURNAROUND_MS = 10;
const ENQ = 0x05;

/**
 * Opens a register on such a line.
 *
 * @returns the `terminal`, the `simulator`, and `wireMs()`: the time that the bytes and turnarounds so far take on the
 *   wire; every transmission but ENQ answers one of the other end, and so follows a turnaround
 */
export function pacedLine({ baudRate, registerClock, lineClock }) {
  const byteMs = (BITS_PER_BYTE * 1_000) / baudRate;
  const freeAt = { near: 0, far: 0 };
  let bytesSent = 0;
  let turnarounds = 0;
  const connector = simulatedConnector({
    carrier: "serial",
    clock: lineClock,
    carry(from, bytes) {
      const now = lineClock.now();
      bytesSent += bytes.length;
      if (bytes[0] !== ENQ) turnarounds += 1;
      return Array.from(bytes, (byte) => {
        freeAt[from] = Math.max(freeAt[from], now) + byteMs;
        return { bytes: Uint8Array.of(byte), afterMs: freeAt[from] - now };
      });
    },
  });
  const terminal = openTerminal({
    connector,
    register: { number: "01", identifier: "012345678901" },
    clock: registerClock,
  });
  const wire = () => ({ bytesSent, turnarounds, ms: bytesSent * byteMs + turnarounds * TURNAROUND_MS });
  return { terminal, simulator: connector.simulator, wire };
}

/** Jumps to the next timer whenever nothing is left to do. */
export function virtualClock() {
  const timers = new Set();
  let now = 0;
  let jumping = false;
  const jump = () => {
    if (jumping) return;
    jumping = true;
    setImmediate(() => {
      jumping = false;
      let next;
      for (const timer of timers) if (next === undefined || timer.at < next.at) next = timer;
      if (next === undefined) return;
      timers.delete(next);
      now = Math.max(now, next.at);
      jump();
      next.callback();
    });
  };
  return {
    now: () => now,
    wallTime: () => now,
    setTimer(at, callback) {
      const timer = { at, callback };
      timers.add(timer);
      jump();
      return () => timers.delete(timer);
    },
  };
}

/** Real time without the whole milliseconds of the runtime's timers: a line is no later than its bytes. */
export function exactClock() {
  const { now, wallTime } = systemClock();
  return {
    now,
    wallTime,
    setTimer(at, callback) {
      let cancelled = false;
      const look = () => {
        if (cancelled) return;
        if (now() >= at) callback();
        else setImmediate(look);
      };
      setImmediate(look);
      return () => (cancelled = true);
    },
  };
}
