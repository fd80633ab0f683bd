/**
 * One fault anywhere in a whole payment over a serial line: the register's word is held against what the terminal
 * charged. The links alone are tested in core; here late and stray answers, judge and journal have their say.
 */
import { money, openTerminal, type Dialect, type Outcome, type Terminal } from "@concert-pay/core";
import { simulatedConnector, type PageSimulator } from "@concert-pay/simulator/page";
import { describe, expect, test } from "vitest";
import { JumpingClock } from "../support/jumping-clock.ts";

interface Dialogue {
  readonly name: string;
  readonly dialect: Dialect;
  readonly behaviour: string;
  readonly outcome: Outcome["outcome"];
  /** Whose bytes are touched: a refused request is that of an approved one. */
  readonly sides: readonly Side[];
}

type Side = "near" | "far";

interface Position {
  readonly side: Side;
  /** Counts the bytes sent by that side in the first payment. */
  readonly index: number;
  readonly byte: number;
}

/** What arrives in place of that byte. */
interface Fault extends Position {
  readonly arriving: readonly number[];
}

const DIALOGUES: readonly Dialogue[] = [
  { name: "V3", dialect: "v3", behaviour: "approve", outcome: "approved", sides: ["near", "far"] },
  { name: "V3", dialect: "v3", behaviour: "refuse", outcome: "declined", sides: ["far"] },
  { name: "V2 E", dialect: "v2-e", behaviour: "approve", outcome: "approved", sides: ["near", "far"] },
  { name: "V2 E+", dialect: "v2-e+", behaviour: "approve", outcome: "approved", sides: ["near", "far"] },
  { name: "V2 E+", dialect: "v2-e+", behaviour: "refuse", outcome: "failed", sides: ["far"] },
];
const REGISTER = { number: "01", identifier: "012345678901" };
const AMOUNT = 1250;
const LATENCY_MS = 1;

const NUL = 0x00;
const LINE_FEED = 0x0a;
/** STX, ETX, EOT, ENQ, ACK, NAK. */
const LINK_CODES = [0x02, 0x03, 0x04, 0x05, 0x06, 0x15];

/** Each single byte changed, lost, doubled, or joined by another. */
function faultsAt(position: Position): readonly Fault[] {
  const { byte } = position;
  const values = [...new Set([...LINK_CODES, NUL, byte ^ 0x01, byte ^ 0x80])].filter(
    (value) => value !== byte,
  );
  return [
    ...values.map((value) => [value]),
    [],
    [byte, byte],
    ...[...LINK_CODES, LINE_FEED].map((value) => [value, byte]),
  ].map((arriving) => ({ ...position, arriving }));
}

interface World {
  readonly terminal: Terminal;
  readonly simulator: PageSimulator;
  /** Bytes that each side has sent, before any fault. */
  readonly sent: Readonly<Record<Side, readonly number[]>>;
}

function open({ dialect, behaviour }: Dialogue, fault: Fault | undefined): World {
  const clock = new JumpingClock();
  const sent: Record<Side, number[]> = { near: [], far: [] };
  const connector = simulatedConnector({
    carrier: "serial",
    dialect,
    clock,
    behaviour,
    delayMs: 2_000,
    carry: (from, bytes) => {
      const arriving = [...bytes].flatMap((byte) => {
        const hit = fault?.side === from && fault.index === sent[from].length;
        sent[from].push(byte);
        return hit ? fault.arriving : [byte];
      });
      return [{ bytes: Uint8Array.from(arriving), afterMs: LATENCY_MS }];
    },
  });
  const terminal = openTerminal({ connector, register: REGISTER, dialect, clock });
  return { terminal, simulator: connector.simulator, sent };
}

interface Played {
  /** Of the payment that met the fault: the outcome, or `rejected` with the code. */
  readonly said: string;
  /** What that payment sent. */
  readonly positions: readonly Position[];
  /** What must not be, if anything. */
  readonly wrong: string | undefined;
}

/**
 * Pays, lets a person settle what is unknown, and pays the same amount again: only its reference tells the answer to
 * the second payment from a late one to the first.
 */
async function play(dialogue: Dialogue, fault?: Fault): Promise<Played> {
  const { terminal, simulator, sent } = open(dialogue, fault);
  const payAs = (key: string): Promise<string> =>
    terminal.pay({ amount: money(AMOUNT, "EUR"), key, reference: key }).then(
      ({ outcome }) => outcome,
      (error: { readonly code?: string }) => `rejected ${error.code ?? String(error)}`,
    );
  const said = await payAs("first");
  const positions = dialogue.sides.flatMap((side) =>
    sent[side].map((byte, index) => ({ side, index, byte })),
  );
  const charges = simulator.ledger.map(({ amount }) => amount);
  const first = denied(said, charges);
  if (first !== undefined) return { said, positions, wrong: first };
  for (const { key } of await terminal.pending())
    await terminal.settle(key, { outcome: "failed", by: "cashier" });
  const again = await payAs("second");
  const second = denied(
    again,
    simulator.ledger.slice(charges.length).map(({ amount }) => amount),
  );
  const next = second ?? (again === dialogue.outcome ? undefined : again);
  return { said, positions, wrong: next === undefined ? undefined : `${said}, then ${next}` };
}

/** How the ledger denies what the register said. */
function denied(said: string, charges: readonly number[]): string | undefined {
  const charged = JSON.stringify(charges);
  const right =
    said === "approved"
      ? charged === JSON.stringify([AMOUNT])
      : charges.length === 0 || (said === "unknown" && charges.length === 1);
  return right && said !== "acknowledged" ? undefined : `${said} although ${charged} was charged`;
}

describe.each(DIALOGUES)("one fault in a whole $name payment that meets $behaviour", (dialogue) => {
  test("leaves it the outcome that the ledger shows, or unknown, and the line usable", async () => {
    const clean = await play(dialogue);
    expect(clean).toMatchObject({ said: dialogue.outcome, wrong: undefined });

    const found: string[] = [];
    const tally = new Map<string, number>();
    for (const fault of clean.positions.flatMap(faultsAt)) {
      const { said, wrong } = await play(dialogue, fault);
      tally.set(said, (tally.get(said) ?? 0) + 1);
      const { side, index, byte, arriving } = fault;
      if (wrong !== undefined) found.push(`${side} ${index}: ${byte} became [${arriving}]: ${wrong}`);
    }
    expect(found).toEqual([]);
    // The link mends nearly all of it: only where the request may or may not have come is there doubt.
    expect([...tally.keys()].sort()).toEqual([dialogue.outcome, "unknown"].sort());
    expect(tally.get("unknown")).toBeLessThan(20);
  }, 60_000);
});
