/**
 * What a world is made of, drawn from its seed before it begins.
 * @module
 */
import type { Dialect } from "@concert-pay/core";
import type { BehaviourChoice } from "../model/behaviour.ts";
import type { ServiceStyle } from "../model/services.ts";
import type { Sale } from "./call.ts";
import type { Random } from "./random.ts";

export type CarrierName = "tcp" | "bridge" | "serial";

/** Things done to the world at one of its steps. */
export type Trouble =
  | "kill page"
  | "close page"
  | "freeze page"
  | "cache page"
  | "second tab"
  | "reset"
  | "half-open"
  | "hang up"
  | "kill bridge"
  | "lose page link"
  | "freeze page link"
  | "pull cable"
  | "silence line"
  | "reboot terminal"
  | "restart service"
  | "forgotten sale"
  | "wish to cancel"
  | "reopen terminal"
  | "set clock";

export interface PlannedTrouble {
  readonly step: number;
  readonly trouble: Trouble;
}

export interface Plan {
  readonly carrier: CarrierName;
  readonly dialect: Dialect;
  readonly profile: string;
  /** Over IP: the serial dialogue inside the connection, as V2 has it anyway (protocol.md 8.3). */
  readonly framed: boolean;
  readonly answerWithinMs: number;
  readonly sales: readonly Sale[];
  /** For the financial requests the terminal takes, in order; then it approves. */
  readonly behaviours: readonly BehaviourChoice[];
  readonly troubles: readonly PlannedTrouble[];
  /** How the terminal answers questions that move no money, and the longest it takes, in milliseconds. */
  readonly serviceStyle: ServiceStyle;
  readonly serviceMs: number;
  /** How often the till asks such questions, at each moment at which it could. */
  readonly questions: number;
  /** Probabilities, for each operation. */
  readonly journalTrouble: number;
  readonly leaseTrouble: number;
  readonly connectTrouble: number;
  readonly segmentTrouble: number;
  readonly byteTrouble: number;
  /** Most bytes of a serial line that are damaged in this world. */
  readonly byteFaults: number;
}

/** Carriers, dialects and profiles: every dialect on every carrier that has it, and each means of recovery. */
const SETTINGS: readonly (readonly [weight: number, CarrierName, Dialect, profile: string, "framed"?])[] = [
  [4, "tcp", "v3", "generic"],
  [1, "tcp", "v3", "nepting"],
  [1, "tcp", "v3", "payxpress"],
  [2, "tcp", "v2-e+", "nepting-v2"],
  [1, "tcp", "v2-e", "generic-v2-e"],
  [2, "tcp", "v3", "payxpress", "framed"],
  [4, "bridge", "v3", "generic"],
  [2, "bridge", "v3", "payxpress"],
  [2, "bridge", "v2-e+", "nepting-v2"],
  [1, "bridge", "v2-e", "generic-v2-e"],
  [2, "bridge", "v3", "payxpress", "framed"],
  [4, "serial", "v3", "generic"],
  [2, "serial", "v3", "payxpress"],
  [2, "serial", "v2-e", "generic-v2-e"],
  [2, "serial", "v2-e+", "generic-v2"],
];

const TROUBLES: Readonly<Record<CarrierName, readonly (readonly [number, Trouble])[]>> = {
  tcp: [
    [4, "reset"],
    [2, "half-open"],
    [2, "hang up"],
    [2, "restart service"],
  ],
  bridge: [
    [2, "reset"],
    [1, "half-open"],
    [1, "hang up"],
    [2, "restart service"],
    [4, "kill bridge"],
    [4, "lose page link"],
    [2, "freeze page link"],
  ],
  serial: [
    [5, "pull cable"],
    [3, "silence line"],
    [1, "restart service"],
  ],
};

const ALWAYS: readonly (readonly [number, Trouble])[] = [
  [10, "kill page"],
  [2, "close page"],
  [2, "freeze page"],
  [3, "cache page"],
  [3, "second tab"],
  [2, "reboot terminal"],
  [2, "forgotten sale"],
  [1, "wish to cancel"],
  [2, "reopen terminal"],
  [2, "set clock"],
];

export function drawPlan(random: Random): Plan {
  const [carrier, dialect, profile, inFrames] = random.weighted(
    SETTINGS.map(([weight, ...setting]) => [weight, setting] as const),
  );
  const framed = carrier !== "serial" && (inFrames !== undefined || dialect !== "v3");
  const mixed = framed || carrier === "serial";
  const count = random.weighted([
    [4, 1],
    [5, 2],
    [3, 3],
    [1, 4],
  ]);
  const identical = random.chance(0.5);
  const references = random.pick([
    "none",
    "none",
    "of the sale",
    "of the payment",
    "of the payment",
  ] as const);
  const reverses = random.chance(0.15);
  const sales = Array.from({ length: count }, (_, index): Sale => {
    const amount = identical ? 1250 : 1000 + 137 * index;
    const action = reverses ? random.pick(["debit", "credit", "reversal"] as const) : "debit";
    return {
      index,
      action,
      amount,
      references,
      attempt: 0,
      done: false,
    };
  });
  const troubled = random.chance(0.9);
  // Most steps of most worlds are sales; recovering and settling what went wrong goes on for as long again.
  const steps = random.pick([1, 1, 3]) * (15 + 35 * count);
  const troubles = Array.from({ length: troubled ? random.between(1, 4) : 0 }, () => ({
    step: random.between(1, steps),
    trouble: random.weighted([...ALWAYS, ...TROUBLES[carrier]]),
  })).sort((a, b) => a.step - b.step);
  const sometimes = (share: number, least: number, most: number): number =>
    random.chance(share) ? random.between(least, most) / 100 : 0;
  return {
    carrier,
    dialect,
    profile,
    framed,
    answerWithinMs: random.pick([60_000, 60_000, 90_000, 180_000]),
    sales,
    behaviours: Array.from({ length: count + 3 }, () =>
      drawBehaviour(random, { carrier, dialect, mixed, identical, references }),
    ),
    troubles,
    serviceStyle: random.pick(["own", "own", "bare", "last"] as const),
    serviceMs: random.pick([0, 0, 3_000, 50_000]),
    questions: sometimes(0.4, 5, 30),
    journalTrouble: sometimes(0.3, 2, 20),
    leaseTrouble: sometimes(0.15, 5, 30),
    connectTrouble: carrier === "serial" ? 0 : sometimes(0.3, 10, 50),
    segmentTrouble: carrier === "serial" ? 0 : sometimes(0.4, 10, 80),
    byteTrouble: carrier === "serial" ? sometimes(0.5, 2, 20) : 0,
    byteFaults: random.between(1, 4),
  };
}

/** What the terminal itself does wrong on a line (line-behaviours.ts). */
export const LINE_FAULTS = [
  "no-ack",
  "late-ack",
  "nak",
  "nak-always",
  "lost-ack",
  "collision",
  "bad-lrc",
  "bad-lrc-always",
  "missing-eot",
  "repeated-frame",
  "silent-after-enq",
  "idle-bids",
  "noise",
  "slow-line",
] as const;

/**
 * So long an answer may be late on a line that stays open where the next sale may be of the same amount: core reckons
 * with it for 180 seconds after a person has settled the first, who waits for 15 seconds of quiet
 * (docs/decisions/002).
 */
const TWIN_MS = 190_000;

/** How fast customers are: at once, usual, and slower than the register waits. */
function drawCustomer(random: Random): number {
  return random.weighted([
    [1, 0],
    [5, random.between(1_000, 20_000)],
    [1, random.between(55_000, 65_000)],
    [1, random.between(100_000, 240_000)],
  ]);
}

interface Circumstances extends Pick<Plan, "carrier" | "dialect"> {
  /** What comes may be to another request. */
  readonly mixed: boolean;
  readonly identical: boolean;
  readonly references: Sale["references"];
}

function drawBehaviour(
  random: Random,
  { carrier, dialect, mixed, identical, references }: Circumstances,
): BehaviourChoice {
  const customerMs = drawCustomer(random);
  // An old answer told once more can only be known by what it names: docs/simulation.md, "What is not tested".
  const named = dialect === "v3" && references !== "none";
  const name = random.weighted([
    [14, "approve"],
    [2, "approve-contactless"],
    [4, "refuse"],
    [3, "red-key"],
    [2, "entry-timeout"],
    [1, "not-completed"],
    [1, "no-reason"],
    [1, "technical-fault"],
    [3, "charge-then-silence"],
    [2, "silence"],
    [2, "late"],
    [2, "duplicate-answer"],
    [1, "garbage"],
    [1, "bad-length"],
    [1, "overrun"],
    [1, "acknowledge"],
    [1, "unknown-status"],
    [1, "without-status"],
    [1, "missing-amount"],
    [1, "lower-amount"],
    [1, "higher-amount"],
    [1, "other-register"],
    [1, "other-action"],
    [1, "contradictory-reason"],
    ...LINE_FAULTS.map((line) => [mixed && (line !== "collision" || named) ? 1 : 0, line] as const),
    [carrier === "serial" ? 0 : 2, "charge-then-hang-up"],
    [carrier === "serial" ? 0 : 2, "charge-then-reset"],
    [carrier === "serial" ? 0 : 2, "hang-up-without-answer"],
    [carrier === "serial" ? 0 : 2, "answer-then-hang-up"],
    [mixed ? 0 : 2, "split"],
    [mixed ? 0 : 1, "slow"],
  ] as const);
  switch (name) {
    case "late": {
      // On a line nothing in an answer names its request: see docs/simulation.md, "What is not tested".
      const longest = mixed && identical ? TWIN_MS : 200_000;
      return { name: random.pick([name, "refuse"]), customerMs, lateMs: random.between(1_000, longest) };
    }
    case "duplicate-answer":
      return {
        name,
        customerMs,
        repeatMs: mixed ? random.between(20, 2_000) : random.between(20, 9_000),
      };
    default:
      return { name, customerMs };
  }
}
