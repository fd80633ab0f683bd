import { connect } from "node:net";
import { expect, test } from "vitest";
import { rig } from "./testing/rig.ts";

/** What a server answers to these lines, up to its hanging up. */
function ask(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(`${lines.join("\r\n")}\r\n\r\n`));
    socket.on("data", (chunk) => (answer += chunk.toString("latin1")));
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

test("a request with several Host headers is refused, whichever of them is ours", async () => {
  const { bridge } = await rig();
  const own = `Host: 127.0.0.1:${bridge.port}`;
  expect(await ask(bridge.port, ["GET /health HTTP/1.1", own])).toContain(" 204 ");
  for (const hosts of [
    [own, "Host: evil.test"],
    ["Host: evil.test", own],
  ])
    expect(await ask(bridge.port, ["GET /health HTTP/1.1", ...hosts])).toContain(" 421 ");
});
