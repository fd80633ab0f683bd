import { expect, it } from "vitest";
import { behaviourNames } from "@concert-pay/simulator/page";
import { DEFAULT_BRIDGE, readOptions } from "./page-options.ts";
import { BEHAVIOURS, REGISTER_TEXTS } from "./texts.ts";

it("takes the bridge where its address is given, else the terminal in the page", () => {
  expect(readOptions("", "fr")).toEqual({
    way: "page",
    bridge: DEFAULT_BRIDGE,
    profile: "generic",
    line: undefined,
    lang: "fr",
    theme: "auto",
  });
  const bridge = "ws://127.0.0.1:9000/terminals/t";
  expect(readOptions(`?bridge=${encodeURIComponent(bridge)}`, "fr")).toMatchObject({ way: "bridge", bridge });
});

it("lets the address choose, and passes over what it does not know", () => {
  const search = "?terminal=serial&lang=en&theme=dark&profile=payxpress&line=9600-7E1";
  expect(readOptions(search, "fr")).toMatchObject({
    way: "serial",
    lang: "en",
    theme: "dark",
    profile: "payxpress",
    line: "9600-7E1",
  });
  expect(readOptions("?terminal=pigeon&lang=xx&theme=pink&profile=none", "fr")).toMatchObject({
    way: "page",
    lang: "en",
    theme: "auto",
    profile: "generic",
  });
});

it("has every word in both languages, and offers only behaviours the simulator knows", () => {
  for (const { fr, en } of [...Object.values(REGISTER_TEXTS), ...BEHAVIOURS.map(({ label }) => label)])
    expect([fr.trim(), en.trim()]).not.toContain("");
  for (const { name } of BEHAVIOURS) expect(behaviourNames()).toContain(name);
});
