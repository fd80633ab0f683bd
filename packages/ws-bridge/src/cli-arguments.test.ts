import { expect, test } from "vitest";
import { readArguments, type Command } from "./cli-arguments.ts";

const files: Readonly<Record<string, string>> = {
  "token.txt": "open-sesame-0123\n",
  "bridge.json": JSON.stringify({
    terminals: { "counter-1": "10.0.0.5:8888" },
    allowOrigins: ["https://pos.example.com"],
    listen: "127.0.0.1:9000",
    tokenFile: "token.txt",
    limits: { connections: 4 },
  }),
  "broken.json": "{",
  "list.json": "[]",
  "odd.json": JSON.stringify({ terminal: {} }),
  "no-listen.json": JSON.stringify({ listen: null }),
  "no-limits.json": JSON.stringify({ limits: null }),
  "list-limits.json": JSON.stringify({ limits: [5] }),
  "listed.json": JSON.stringify({ terminals: ["10.0.0.5:8888"] }),
  "descriptor.json": JSON.stringify({ tokenFile: 5 }),
  "dotted.json": JSON.stringify({ terminals: { "counter.1": "h:0" } }),
  // As editors on Windows save it.
  "marked.json": `\uFEFF${JSON.stringify({ terminals: { t: "10.0.0.5:8888" }, tokenFile: "marked-token.txt" })}`,
  "marked-token.txt": "\uFEFFopen-sesame-0123\r\n",
  "twice.json": `{"terminals": {"a": "10.0.0.5:8888", "b": "10.0.0.6:8888", "\\u0061": "10.0.0.7:8888"}}`,
  "text.json": JSON.stringify({ allowOrigins: "https://pos.example.com" }),
};

function read(line: string): Command {
  return readArguments(line.split(" ").filter(Boolean), (path) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return text;
  });
}

const T = "--terminal t=127.0.0.1:8888";
const O = "--allow-origin https://pos.example.com";

test("reads terminals, origins, hosts, listen and token", () => {
  const command = read(
    `${T} --terminal u=h:1 ${O} --allow-origin http://localhost:5173 --allow-host b.local --listen [::1]:0 --token-file token.txt`,
  );
  expect(command).toEqual({
    name: "run",
    config: {
      terminals: { t: "127.0.0.1:8888", u: "h:1" },
      allowOrigins: ["https://pos.example.com", "http://localhost:5173"],
      allowHosts: ["b.local"],
      listen: "[::1]:0",
      token: "open-sesame-0123",
    },
  });
});

test("adds the options to what the file says", () => {
  expect(read(`--config bridge.json ${T} --listen 127.0.0.1:0`)).toMatchObject({
    name: "run",
    config: {
      terminals: { "counter-1": "10.0.0.5:8888", t: "127.0.0.1:8888" },
      allowOrigins: ["https://pos.example.com"],
      listen: "127.0.0.1:0",
      token: "open-sesame-0123",
      limits: { connections: 4 },
    },
  });
});

test("reads files that begin with a byte order mark", () => {
  expect(read(`--config marked.json ${O}`)).toMatchObject({
    name: "run",
    config: { terminals: { t: "10.0.0.5:8888" }, token: "open-sesame-0123" },
  });
});

test.each(["--help", "-h", `--help ${T}`])("shows the help for %s", (line) => {
  expect(read(line)).toEqual({ name: "help" });
});

test.each([
  ["", "--terminal must be at least one NAME=HOST:PORT"],
  [T, "--allow-origin must be at least one origin such as https://pos.example.com"],
  [`--terminal t ${O}`, '--terminal must be NAME=HOST:PORT; got "t"'],
  [`--terminal t=h:0 ${O}`, '--terminal t must be HOST:PORT, port 1 to 65535; got "h:0"'],
  [`--terminal counter.1=h:0 ${O}`, '--terminal counter.1 must be HOST:PORT, port 1 to 65535; got "h:0"'],
  [`--config dotted.json ${O}`, '--terminal counter.1 must be HOST:PORT, port 1 to 65535; got "h:0"'],
  [
    `${T} --allow-origin *`,
    '--allow-origin must be an origin as a browser sends it, such as https://pos.example.com; got "*"',
  ],
  [`${T} ${O} --listen here`, '--listen must be HOST:PORT, port 0 to 65535; got "here"'],
  [`${T} ${O} --colour red`, "Unknown option '--colour'; see --help"],
  [`${T} ${O} extra`, 'unexpected "extra"; see --help'],
  ["doctor --terminal", "doctor is not supported yet; leave it out"],
  [
    `${T} ${O} --tls-cert a --tls-key b`,
    "--tls-cert and --tls-key are not supported yet; leave them out, or put a TLS proxy in front",
  ],
  [`${T} ${O} --token-file nowhere`, "--token-file: cannot read nowhere (ENOENT)"],
  ["--config nowhere", "--config: cannot read nowhere (ENOENT)"],
  ["--config list.json", "--config list.json must hold one JSON object"],
  [
    "--config odd.json",
    '--config odd.json: "terminal" is none of terminals, allowOrigins, allowHosts, listen, tokenFile, limits',
  ],
  [`${T} --terminal t=127.0.0.1:9999 ${O}`, "--terminal t is named twice; give each terminal its own name"],
  [`${T} ${T} ${O}`, "--terminal t is named twice; give each terminal its own name"],
  [
    "--config bridge.json --terminal counter-1=10.0.0.6:8888",
    "--terminal counter-1 is in --config bridge.json already; give each terminal its own name",
  ],
  [`--config no-listen.json ${T} ${O}`, "--listen must be HOST:PORT, port 0 to 65535; got null"],
  [`--config no-limits.json ${T} ${O}`, "limits must be an object of limits; got null"],
  [`--config list-limits.json ${T} ${O}`, "limits must be an object of limits; got an array"],
  [`--config listed.json ${O}`, '--config listed.json: "terminals" must be an object of names and addresses'],
  [`--config descriptor.json ${T} ${O}`, '--config descriptor.json: "tokenFile" must be the path of a file'],
  [`--config twice.json ${O}`, '--config twice.json: "a" stands twice; the first would be lost'],
  [`--config text.json ${T}`, '--config text.json: "allowOrigins" and "allowHosts" must be lists'],
])("says in one line what to change: %s", (line, message) => {
  expect(read(line)).toEqual({ name: "usage", message });
});

test("broken JSON is one line too", () => {
  const command = read("--config broken.json");
  expect(command).toMatchObject({
    name: "usage",
    message: expect.stringMatching(/^--config broken.json is not JSON: .+$/),
  });
});
