import { describe, expect, it } from "vitest";
import { ACK, ENQ, EOT, ETX, NAK } from "./frame-control.ts";
import { encodeFrame } from "./frame.ts";
import type { LinkInput, LinkOutput, Millis } from "./link.ts";
import { SerialLink, type SerialStateName } from "./serial-link.ts";
import { renderTransitionTable } from "./serial-table-markdown.ts";
import { SERIAL_EVENTS, SERIAL_TABLE, type SerialEventName, type SerialRule } from "./serial-table.ts";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));
const THEIRS = encodeFrame(bytes("THEIRS"));
const OTHER = encodeFrame(bytes("OTHER"));
const BROKEN = THEIRS.with(2, 0x20);
const CUT = THEIRS.subarray(0, 4);

type Step =
  | Uint8Array
  | number
  | "tick"
  | "a second later"
  | "too late"
  | "send"
  | "send again"
  | "ask presence"
  | "closed";
type Steps = readonly Step[];
/** Bytes take their time only for the slow ones; for the others they leave at once. */
type Who = "register" | "terminal" | "slow register" | "slow terminal" | "resumed register";

/** One link driven by hand; `tick` goes to its deadline, "too late" to where no send waits any more. */
class Bench {
  readonly link: SerialLink;
  readonly rules = new Set<SerialRule>();
  now: Millis = 0;
  outputs: readonly LinkOutput[] = [];

  constructor(who: Who, timings: { sessionMs?: number } = {}) {
    this.link = new SerialLink({
      role: who.endsWith("register") ? "register" : "terminal",
      timings,
      ...(who.startsWith("slow") ? { baudRate: 1_200 } : {}),
      resumed: who === "resumed register",
      onTransition: ({ rule }) => this.rules.add(rule),
    });
  }

  do(...steps: Steps): this {
    for (const step of steps) {
      if (step === "tick") this.now = Math.max(this.now, this.link.deadline ?? 0);
      if (step === "a second later") this.now += 1_000;
      if (step === "too late") {
        this.now += 120_001;
        continue;
      }
      this.outputs = this.link.step(inputOf(step), this.now);
    }
    return this;
  }

  /** The last step in one line: the state, what was written, what was reported. */
  get shown(): string {
    return [this.link.state, ...this.outputs.map(show)].join(" ");
  }
}

function inputOf(step: Exclude<Step, "too late">): LinkInput {
  if (step === "tick" || step === "closed") return { type: step };
  if (step === "a second later") return { type: "tick" };
  if (step === "send") return { type: "send", data: bytes("OURS") };
  if (step === "ask presence") return { type: "send", data: new Uint8Array(0) };
  if (step === "send again") return { type: "send", data: bytes("MORE") };
  return { type: "bytes", bytes: typeof step === "number" ? Uint8Array.of(step) : step };
}

const NAMES: Readonly<Record<number, string>> = { [ENQ]: "ENQ", [ACK]: "ACK", [NAK]: "NAK", [EOT]: "EOT" };

function show(output: LinkOutput): string {
  switch (output.type) {
    case "write":
      return output.bytes.length === 1
        ? `>${NAMES[output.bytes[0] ?? 0]}`
        : `>${text(output.bytes.slice(1, -2))}`;
    case "failed":
      return `${output.stage}/${output.fault}`;
    case "message":
      return `${output.late ? "late" : "answer"}=${text(output.data)}`;
    case "discarded":
      return "~";
    case "sent":
      return "sent";
  }
}

const text = (data: Uint8Array): string => String.fromCharCode(...data);

/** The shortest way into each state, as a register. */
const WAYS: Readonly<Record<SerialStateName, Steps>> = {
  idle: [],
  opening: [ENQ, "send", EOT],
  bidding: ["send"],
  withdrawing: ["send", NAK],
  pausing: ["send", "tick"],
  ready: ["send", ACK],
  offering: ["send", ACK, "tick"],
  doubting: ["send", ACK, "tick", NAK],
  repeating: ["send", ACK, "tick", NAK],
  closing: ["send", ACK, "tick", ACK],
  answering: [ENQ],
  receiving: [ENQ, "tick"],
  refusing: [ENQ, "tick", BROKEN],
  accepting: [ENQ, "tick", THEIRS],
  finishing: [ENQ, "tick", THEIRS, "tick"],
};

/** Doubt is only where bytes take time, and a frame without our ACK before only where all was said before. */
function whoIs(state: SerialStateName, event?: SerialEventName): Who {
  if (state === "answering" && (event === "frame" || event === "broken")) return "resumed register";
  return state === "doubting" ? "slow register" : "register";
}

const EVENTS: Readonly<Record<SerialEventName, Steps>> = {
  send: ["send"],
  ENQ: [ENQ],
  ACK: [ACK],
  NAK: [NAK],
  EOT: [EOT],
  text: [bytes("x")],
  noise: [0x00],
  frame: [THEIRS],
  broken: [BROKEN],
  timeout: ["tick"],
  closed: ["closed"],
};

const discards = (...names: readonly SerialEventName[]): Readonly<Partial<Record<SerialEventName, string>>> =>
  Object.fromEntries(names.map((name) => [name, "="]));

/**
 * What a register does, cell by cell, written from protocol.md section 7 and not from the table. `=` is "counted,
 * discarded, nothing else"; an event left out cannot happen there. Outputs: `>` written, `~` discarded.
 */
const CELLS: Readonly<Record<SerialStateName, Readonly<Partial<Record<SerialEventName, string>>>>> = {
  idle: {
    ...discards("ACK", "NAK", "EOT", "text", "noise"),
    send: "bidding >ENQ",
    ENQ: "answering",
    closed: "idle",
  },
  opening: {
    ...discards("ACK", "NAK", "EOT", "text", "noise"),
    send: "opening before/busy",
    ENQ: "answering",
    timeout: "bidding >ENQ",
    closed: "idle before/closed",
  },
  bidding: {
    ...discards("EOT", "text", "noise"),
    send: "bidding before/busy",
    ENQ: "answering",
    ACK: "ready",
    NAK: "withdrawing",
    timeout: "pausing >EOT",
    closed: "idle before/closed",
  },
  withdrawing: {
    ...discards("ACK", "NAK", "EOT", "text", "noise"),
    send: "withdrawing before/busy",
    ENQ: "answering",
    timeout: "pausing >EOT",
    closed: "idle before/closed",
  },
  pausing: {
    ...discards("ACK", "NAK", "EOT", "text", "noise"),
    send: "pausing before/busy",
    ENQ: "answering",
    timeout: "bidding >ENQ",
    closed: "idle before/closed",
  },
  ready: {
    ...discards("ACK", "NAK", "text", "noise"),
    send: "ready before/busy",
    ENQ: "answering",
    EOT: "pausing",
    timeout: "offering >OURS",
    closed: "idle before/closed",
  },
  offering: {
    ...discards("EOT", "text", "noise"),
    send: "offering before/busy",
    ENQ: "answering after/no-acknowledgement",
    ACK: "closing sent",
    NAK: "repeating",
    timeout: "idle >EOT after/no-acknowledgement",
    closed: "idle after/closed",
  },
  doubting: {
    ...discards("NAK", "EOT", "text", "noise"),
    send: "doubting before/busy",
    ENQ: "answering after/no-acknowledgement",
    ACK: "closing sent",
    timeout: "offering >OURS",
    closed: "idle after/closed",
  },
  repeating: {
    ...discards("NAK", "EOT", "text", "noise"),
    send: "repeating before/busy",
    ENQ: "answering after/no-acknowledgement",
    ACK: "closing sent",
    timeout: "offering >OURS",
    closed: "idle after/closed",
  },
  closing: {
    ...discards("ACK", "NAK", "EOT", "text", "noise"),
    send: "closing",
    ENQ: "answering",
    timeout: "idle >EOT",
    closed: "idle",
  },
  answering: {
    ...discards("ENQ", "ACK", "NAK", "noise"),
    send: "answering",
    EOT: "idle",
    text: "receiving ~",
    frame: "accepting",
    broken: "refusing ~",
    timeout: "receiving >ACK",
    closed: "idle",
  },
  receiving: {
    ...discards("ACK", "NAK", "text", "noise"),
    send: "receiving",
    ENQ: "answering",
    EOT: "idle",
    frame: "accepting",
    broken: "refusing ~",
    timeout: "idle",
    closed: "idle",
  },
  refusing: {
    ...discards("ENQ", "ACK", "NAK", "EOT", "noise"),
    send: "refusing",
    text: "refusing ~",
    timeout: "receiving >NAK",
    closed: "idle",
  },
  accepting: {
    ...discards("ENQ", "ACK", "NAK", "EOT", "noise"),
    send: "accepting",
    text: "refusing ~",
    timeout: "finishing >ACK",
    closed: "idle late=THEIRS",
  },
  finishing: {
    ...discards("ACK", "NAK", "text", "noise"),
    send: "finishing",
    ENQ: "answering late=THEIRS",
    EOT: "idle late=THEIRS",
    frame: "accepting",
    broken: "accepting ~",
    timeout: "idle late=THEIRS",
    closed: "idle late=THEIRS",
  },
};

const unansweredBids = (last: Steps): Steps => ["send", "tick", "tick", "tick", "tick", ...last];
const nakedFrames: Steps = ["send", ACK, "tick", NAK, "tick", NAK, "tick", NAK, "tick"];
const doubtedFrames: Steps = [...WAYS.offering, NAK, "tick", NAK, "tick", NAK, "tick"];
const badFrames: Steps = [BROKEN, "tick", BROKEN, "tick", BROKEN, "tick", BROKEN];
const collided: Steps = ["send", ENQ, "tick"];
const collidedAtLast: Steps = unansweredBids([ENQ, "tick"]);

/** The other rules of a cell: another role, tries used up, a send of ours waiting, a collision. */
const VARIANTS: readonly (readonly [title: string, who: Who, steps: Steps, shown: string])[] = [
  ["a presence test sends no frame", "register", ["ask presence", ACK], "closing"],
  ["a presence test ends with EOT", "register", ["ask presence", ACK, "tick"], "idle >EOT sent"],
  [
    "a presence test that waits for the line asks when it is free",
    "register",
    ["send", ACK, "tick", ACK, "ask presence", "tick"],
    "opening >EOT",
  ],
  ["the terminal ignores ENQ while it waits to bid", "terminal", [ENQ, "send", EOT, ENQ], "opening ~"],
  ["the terminal ignores ENQ while its own is out", "terminal", ["send", ENQ], "bidding ~"],
  ["the terminal ignores ENQ while it withdraws", "terminal", ["send", NAK, ENQ], "withdrawing ~"],
  ["the terminal ignores ENQ between its bids", "terminal", ["send", "tick", ENQ], "pausing ~"],
  ["the terminal ignores ENQ before its frame", "terminal", ["send", ACK, ENQ], "ready ~"],
  ["the terminal ignores ENQ after its frame", "terminal", ["send", ACK, "tick", ENQ], "offering ~"],
  ["the terminal ignores ENQ before its repeat", "terminal", ["send", ACK, "tick", NAK, ENQ], "repeating ~"],
  ["the terminal answers ENQ after its message", "terminal", ["send", ACK, "tick", ACK, ENQ], "answering"],
  [
    "the third bid unanswered is the last",
    "register",
    unansweredBids(["tick"]),
    "idle >EOT before/no-answer",
  ],
  [
    "the third bid refused is the last",
    "register",
    unansweredBids([NAK, "tick"]),
    "idle >EOT before/refused",
  ],
  ["the third bid dropped is the last", "register", unansweredBids([ACK, EOT]), "idle before/refused"],
  ["the fourth NAK to a frame is the last", "register", [...nakedFrames, NAK], "closing before/refused"],
  ["EOT follows the fourth NAK", "register", [...nakedFrames, NAK, "tick"], "idle >EOT"],
  [
    "silence after three NAK proves nothing",
    "register",
    [...nakedFrames, "tick"],
    "idle >EOT after/no-acknowledgement",
  ],
  ["NAK while our frame leaves is noise", "slow register", [...WAYS.offering, NAK], "doubting ~"],
  ["ACK while our frame leaves is taken", "slow register", [...WAYS.offering, ACK], "closing sent"],
  [
    "NAK once our frame has left is its answer, whatever came before",
    "slow register",
    [...WAYS.doubting, "a second later", NAK],
    "repeating",
  ],
  [
    "the fourth such NAK is the last",
    "slow register",
    [...doubtedFrames, NAK, "a second later", NAK],
    "closing before/refused",
  ],
  ["the terminal ignores ENQ while it doubts", "slow terminal", [...WAYS.doubting, ENQ], "doubting ~"],
  [
    "the fourth NAK while our frame left is the last",
    "slow register",
    [...doubtedFrames, NAK, "tick"],
    "idle >EOT before/refused",
  ],
  [
    "silence after a repeat proves nothing, whatever came while the first frame left",
    "slow register",
    [...WAYS.offering, NAK, "tick", "tick"],
    "idle >EOT after/no-acknowledgement",
  ],
  ["a frame that is told again in pieces gets no ACK", "resumed register", [ENQ, CUT, "tick"], "receiving"],
  ["the fourth bad frame is the last", "register", [ENQ, "tick", ...badFrames, "tick"], "idle >NAK"],
  ["a frame cut short is refused", "register", [ENQ, "tick", CUT, "tick"], "refusing ~"],
  ["a cut line while a frame comes discards it", "register", [ENQ, "tick", CUT, "closed"], "idle ~"],

  [
    "a second send waiting is too much while closing",
    "register",
    [...WAYS.closing, "send", "send again"],
    "closing before/busy",
  ],
  [
    "a second send waiting is too much while answering",
    "register",
    [ENQ, "send", "send again"],
    "answering before/busy",
  ],
  ["a send waiting bids after our EOT", "register", [...WAYS.closing, "send", "tick"], "opening >EOT"],
  [
    "a send waiting fails with the line while closing",
    "register",
    [...WAYS.closing, "send", "closed"],
    "idle before/closed",
  ],
  [
    "a send waiting fails with the line while receiving",
    "register",
    [ENQ, "send", "tick", "closed"],
    "idle before/closed",
  ],
  [
    "a send waiting fails with the line, the message held being delivered",
    "register",
    [...WAYS.finishing, "send", "closed"],
    "idle late=THEIRS before/closed",
  ],
  ["a send waiting bids after an empty session", "register", [ENQ, "send", "tick", EOT], "opening"],
  ["a send waiting bids after a silent session", "register", [ENQ, "send", "tick", "tick"], "opening"],
  [
    "a send waiting bids after bad frames",
    "register",
    [ENQ, "send", "tick", ...badFrames, "tick"],
    "opening >NAK",
  ],
  [
    "a send waiting bids after the message",
    "register",
    [...WAYS.finishing, "send", EOT],
    "opening late=THEIRS",
  ],
  [
    "a send waiting bids after the deadline of EOT",
    "register",
    [...WAYS.finishing, "send", "tick"],
    "opening late=THEIRS",
  ],

  ["after a collision without a message ours is tried again", "register", ["send", ENQ, EOT], "pausing"],
  ["after a collision and an empty session ours is tried again", "register", [...collided, EOT], "pausing"],
  ["after a collision and silence ours is tried again", "register", [...collided, "tick"], "pausing"],
  [
    "after a collision and bad frames ours is tried again",
    "register",
    [...collided, ...badFrames, "tick"],
    "pausing >NAK",
  ],
  [
    "at the last bid a collision is the end, ENQ withdrawn",
    "register",
    unansweredBids([ENQ, EOT]),
    "idle before/collision",
  ],
  [
    "at the last bid a collision is the end, no frame",
    "register",
    [...collidedAtLast, EOT],
    "idle before/collision",
  ],
  [
    "at the last bid a collision is the end, silence",
    "register",
    [...collidedAtLast, "tick"],
    "idle before/collision",
  ],
  [
    "at the last bid a collision is the end, bad frames",
    "register",
    [...collidedAtLast, ...badFrames, "tick"],
    "idle >NAK before/collision",
  ],
  [
    "a collision gives way to the message",
    "register",
    [...collided, THEIRS, "tick", EOT],
    "idle late=THEIRS before/collision",
  ],
  [
    "a collision gives way to the message, EOT missing",
    "register",
    [...collided, THEIRS, "tick", "tick"],
    "idle late=THEIRS before/collision",
  ],
  [
    "a collision gives way to two sessions",
    "register",
    [...collided, THEIRS, "tick", ENQ],
    "answering late=THEIRS before/collision",
  ],

  [
    "text after a repeated frame does not undo our ACK",
    "register",
    [...WAYS.finishing, THEIRS, bytes("x")],
    "accepting ~",
  ],
  [
    "a send that waited too long is given up when the bid is withdrawn at once",
    "register",
    [...WAYS.answering, "send", "too late", EOT],
    "idle before/collision",
  ],
  [
    "a send that waited too long is given up when the bid is withdrawn",
    "register",
    [...WAYS.receiving, "send", "too late", EOT],
    "idle before/collision",
  ],
  [
    "a send that waited too long is given up when no frame came",
    "register",
    [...WAYS.receiving, "send", "too late", "tick"],
    "idle before/collision",
  ],
  [
    "a send that waited too long is given up when no frame was good",
    "register",
    [...WAYS.receiving, ...badFrames, "send", "too late", "tick"],
    "idle >NAK before/collision",
  ],
  [
    "a send that waited too long is given up once the message is delivered",
    "register",
    [...WAYS.finishing, "send", "too late", EOT],
    "idle late=THEIRS before/collision",
  ],
  [
    "a send that waited too long is given up where EOT is missing, too",
    "register",
    [...WAYS.finishing, "send", "too late", "tick"],
    "idle late=THEIRS before/collision",
  ],
  [
    "another frame without EOT ends the session of the first",
    "register",
    [...WAYS.finishing, OTHER],
    "accepting late=THEIRS",
  ],
];

const play = (who: Who, steps: Steps): Bench => new Bench(who).do(...steps);

describe("transition table", () => {
  const states = Object.keys(CELLS) as SerialStateName[];
  const events = Object.keys(SERIAL_EVENTS) as SerialEventName[];
  const cells = states.flatMap((state) =>
    events.map((event) => ({ state, event, cell: CELLS[state][event] })),
  );
  const possible = cells.filter(({ cell }) => cell !== undefined);

  it.each(states)("reaches %s", (state) => {
    expect(play(whoIs(state), WAYS[state]).link.state).toBe(state);
  });

  it.each(possible)("$state on $event: $cell", ({ state, event, cell }) => {
    const bench = play(whoIs(state, event), [...WAYS[state], ...EVENTS[event]]);
    expect(bench.shown).toBe(cell === "=" ? `${state} ~` : cell);
  });

  it.each(cells.filter(({ cell }) => cell === "="))(
    "$state keeps its deadline on $event",
    ({ state, event }) => {
      const bench = play(whoIs(state), WAYS[state]);
      const before = bench.link.deadline;
      bench.now += 1;
      expect(bench.do(...EVENTS[event]).link.deadline).toBe(before);
    },
  );

  it.each(VARIANTS)("%s (%s)", (_title, who, steps, shown) => {
    expect(play(who, steps).shown).toBe(shown);
  });

  it("has no rule for what cannot happen, and only for that", () => {
    const empty = cells.filter(({ state, event }) => SERIAL_TABLE[state][event].length === 0);
    expect(empty).toEqual(cells.filter(({ cell }) => cell === undefined));
  });

  it("has no rule that these tests do not use", () => {
    const used = new Set<SerialRule>();
    const all = [
      ...possible.map(({ state, event }) => play(whoIs(state, event), [...WAYS[state], ...EVENTS[event]])),
      ...VARIANTS.map(([, who, steps]) => play(who, steps)),
    ];
    for (const { rules } of all) for (const rule of rules) used.add(rule);
    const unused = states.flatMap((state) =>
      events.flatMap((event) =>
        SERIAL_TABLE[state][event].filter((rule) => !used.has(rule)).map((rule) => ({ state, event, rule })),
      ),
    );
    expect(unused).toEqual([]);
  });

  it("treats a stray frame outside a session as text, its LRC included", () => {
    for (const state of ["idle", "bidding", "offering"] as const) {
      const bench = play("register", WAYS[state]).do(
        Uint8Array.of(0x41, ETX, ENQ),
        Uint8Array.of(0x41, ETX, ACK),
      );
      expect(bench.shown).toBe(`${state} ~ ~`);
      expect(bench.link.counters.headless).toBe(2);
    }
  });
});

describe("renderTransitionTable", () => {
  const markdown = renderTransitionTable();

  it("prints every state with its deadline, and every rule that does something", () => {
    for (const state of Object.keys(SERIAL_TABLE)) expect(markdown).toContain(`\n### ${state}\n`);
    expect(markdown).toContain("| `bidding` | Our ENQ is out; ACK is due. | `enqAckMs` (1000 ms) |");
    expect(markdown).toContain("| ACK came |  | report `sent` | `closing` |");
  });

  it("gives every row of a table as many cells as its head", () => {
    const tables = markdown.split("\n\n").filter((block) => block.startsWith("|"));
    const widths = tables.map(
      (rows) =>
        new Set(
          rows
            .trim()
            .split("\n")
            .map((row) => row.split("|").length),
        ),
    );
    expect(widths).toHaveLength(Object.keys(SERIAL_TABLE).length + 2);
    expect(widths.filter(({ size }) => size !== 1)).toEqual([]);
  });
});
