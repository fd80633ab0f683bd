import { expect, it } from "vitest";

it("the table of the serial link is made of the words that the link knows, and of no others", async () => {
  const { SERIAL_ACTIONS, SERIAL_EVENTS, SERIAL_GUARDS, SERIAL_TABLE } = await import("./serial-table.ts");
  const { SERIAL_COUNTERS } = await import("./serial/counters.ts");
  const { SERIAL_STATES } = await import("./serial/states.ts");
  const states = Object.keys(SERIAL_STATES);
  expect(Object.keys(SERIAL_TABLE).toSorted()).toEqual(states.toSorted());
  for (const cells of Object.values(SERIAL_TABLE)) {
    expect(Object.keys(cells).toSorted()).toEqual(Object.keys(SERIAL_EVENTS).toSorted());
    for (const cell of Object.values(cells))
      for (const rule of cell) {
        expect([...states, "stay"]).toContain(rule.next);
        expect(Object.keys(SERIAL_ACTIONS)).toEqual(expect.arrayContaining([...rule.do]));
        expect(Object.keys(SERIAL_GUARDS)).toEqual(expect.arrayContaining([...(rule.when ?? [])]));
        if (rule.count !== undefined) expect(Object.keys(SERIAL_COUNTERS)).toContain(rule.count);
      }
  }
});

it("the links load by themselves", async () => {
  const { SerialLink } = await import("./serial-link.ts");
  const { StreamLink } = await import("./stream-link.ts");
  expect(new SerialLink({ role: "terminal" }).idle).toBe(true);
  expect(new StreamLink().idle).toBe(true);
});
