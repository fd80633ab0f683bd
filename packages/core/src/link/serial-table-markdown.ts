/**
 * The transition table of the serial link for people, from the data the link runs.
 * @module
 */
import {
  SERIAL_ACTIONS,
  SERIAL_EVENTS,
  SERIAL_GUARDS,
  SERIAL_TABLE,
  type SerialEventName,
  type SerialRule,
} from "./serial-table.ts";
import { SERIAL_COUNTERS } from "./serial/counters.ts";
import { SERIAL_STATES, type SerialStateName } from "./serial/states.ts";
import { SERIAL_TIMINGS } from "./timings.ts";

/** Markdown: the states with their deadlines, the transitions of each, and what the counters count. */
export function renderTransitionTable(): string {
  const names = Object.keys(SERIAL_TABLE) as SerialStateName[];
  return [
    "## States",
    "",
    ...table(
      ["State", "Meaning", "Deadline"],
      names.map((name) => [code(name), SERIAL_STATES[name].means, deadline(name)]),
    ),
    "",
    "## Transitions",
    "",
    "Rules of one event are tried from top to bottom. Events left out of a state are counted and change nothing.",
    ...names.flatMap((name) => ["", `### ${name}`, "", ...transitions(name)]),
    "",
    "## Counters",
    "",
    ...table(
      ["Counter", "Counts each"],
      Object.entries(SERIAL_COUNTERS).map(([name, means]) => [code(name), means]),
    ),
    "",
  ].join("\n");
}

function transitions(name: SerialStateName): string[] {
  const rows = Object.entries(SERIAL_TABLE[name]).flatMap(([event, cell]) =>
    cell.filter((rule) => !isIgnored(rule)).map((rule) => row(event as SerialEventName, rule)),
  );
  return table(["When", "If", "Then", "Next"], rows);
}

function row(event: SerialEventName, rule: SerialRule): string[] {
  const counted = rule.count === undefined ? [] : [`count ${code(rule.count)}`];
  return [
    SERIAL_EVENTS[event],
    (rule.when ?? []).map((guard) => SERIAL_GUARDS[guard]).join(", and "),
    [...counted, ...rule.do.map((action) => SERIAL_ACTIONS[action])].join("; "),
    rule.next === "stay" ? "" : code(rule.next),
  ];
}

function isIgnored(rule: SerialRule): boolean {
  return rule.next === "stay" && rule.when === undefined && rule.do.length === 1 && rule.do[0] === "discard";
}

function deadline(name: SerialStateName): string {
  const timer = SERIAL_STATES[name].timer;
  return timer === undefined ? "" : `${code(timer)} (${SERIAL_TIMINGS[timer]} ms)`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
