import fc from "fast-check";
import { expect, test } from "vitest";
import { hostAllowed } from "./admission.ts";
import { startBridge } from "./bridge.ts";
import { checkConfig, type BridgeConfig } from "./config.ts";

const good: BridgeConfig = { terminals: { t: "10.0.0.5:8888" }, allowOrigins: ["https://pos.example.com"] };

test.each<[string, unknown, string]>([
  ["no terminal", { terminals: {} }, "terminals must be at least one NAME=HOST:PORT; got undefined"],
  ["a name with a slash", { terminals: { "a/b": "h:1" } }, "terminals must be named with 1 to 64"],
  [
    "a target without a host",
    { terminals: { t: ":8888" } },
    'terminals.t must be HOST:PORT, port 1 to 65535; got ":8888"',
  ],
  ["a target with a path", { terminals: { t: "http://h:1/" } }, "terminals.t must be HOST:PORT"],
  ["port 0", { terminals: { t: "h:0" } }, "terminals.t must be HOST:PORT"],
  ["port 65536", { terminals: { t: "h:65536" } }, "terminals.t must be HOST:PORT"],
  ["no origin", { allowOrigins: [] }, "allowOrigins must be at least one origin"],
  [
    "a wildcard",
    { allowOrigins: ["*"] },
    'allowOrigins must be an origin as a browser sends it, such as https://pos.example.com; got "*"',
  ],
  ["the origin null", { allowOrigins: ["null"] }, "allowOrigins must be an origin"],
  ["an origin with a path", { allowOrigins: ["https://a.example/"] }, "did you mean https://a.example; got"],
  [
    "an origin with a default port",
    { allowOrigins: ["https://a.example:443"] },
    "did you mean https://a.example; got",
  ],
  ["an origin in capitals", { allowOrigins: ["https://A.example"] }, "did you mean https://a.example; got"],
  ["a file origin", { allowOrigins: ["file:///x"] }, "allowOrigins must be an origin"],
  ["a host with a scheme", { allowHosts: ["http://x"] }, "allowHosts must be a lower-case host name"],
  ["a listen address without a port", { listen: "127.0.0.1" }, "listen must be HOST:PORT, port 0 to 65535"],
  ["a listen port past the last", { listen: { port: 65_536 } }, "listen.port must be 0 to 65535; got 65536"],
  ["a listen of null", { listen: null }, "listen must be HOST:PORT, port 0 to 65535; got null"],
  ["a listen that is a number", { listen: 8765 }, "listen must be HOST:PORT, port 0 to 65535; got 8765"],
  ["an empty host", { listen: { host: "", port: 1 } }, 'listen.host must be a host; got ""'],
  ["limits of null", { limits: null }, "limits must be an object of limits; got null"],
  ["terminals in a list", { terminals: ["h:1"] }, "terminals must be an object of names and addresses"],
  ["a terminal that is no text", { terminals: { t: 5 } }, "terminals.t must be HOST:PORT"],
  ["origins in a text", { allowOrigins: "https://a.example" }, "allowOrigins must be a list"],
  ["hosts in a text", { allowHosts: "b.local" }, "allowHosts must be a list"],
  ["a token that is a number", { token: 1234 }, "token must be 1 to 256"],
  ["an empty token", { token: "" }, "token must be 1 to 256"],
])("refuses %s, naming option, rule and value", async (_, change, message) => {
  const config = { ...good, ...(change as object) };
  expect(() => checkConfig(config)).toThrow(message);
  await expect(startBridge(config)).rejects.toMatchObject({ code: "BAD_REQUEST" });
});

test("never shows a token, not even a bad one", () => {
  expect(() => checkConfig({ ...good, token: "secret with spaces" })).toThrow(/got "\(hidden\)"$/);
});

test("takes addresses with and without a port, IPv6 in brackets, and listens on 127.0.0.1:8765 unless told", () => {
  const settings = checkConfig({ ...good, terminals: { a: "h", b: "[::1]:99", c: "10.0.0.5:8888" } });
  expect([...settings.terminals.values()]).toEqual([
    { host: "h", port: 8888 },
    { host: "::1", port: 99 },
    { host: "10.0.0.5", port: 8888 },
  ]);
  expect(settings.listen).toEqual({ host: "127.0.0.1", port: 8765 });
});

test.each([
  ["127.0.0.1:8765", true],
  ["localhost:8765", true],
  ["LOCALHOST:8765", true],
  ["[::1]:8765", true],
  ["192.168.1.5:8765", true],
  ["192.168.1.6:8765", false],
  ["localhost", false],
  ["localhost.evil.example:8765", false],
  ["bridge.local:8765", true],
  ["bridge.local", true],
  ["named.local:443", true],
  ["named.local:444", false],
  [undefined, false],
  ["", false],
])("Host %s: %s", (host, allowed) => {
  const reached = { address: "::ffff:192.168.1.5", port: 8765 };
  expect(hostAllowed(host, reached, ["bridge.local", "named.local:443"])).toBe(allowed);
});

test("no domain name but the configured ones is a Host", () => {
  fc.assert(
    fc.property(fc.domain(), fc.integer({ min: 0, max: 65_535 }), (domain, port) => {
      expect(hostAllowed(`${domain}:${port}`, { address: "127.0.0.1", port }, ["bridge.local"])).toBe(false);
    }),
  );
});
