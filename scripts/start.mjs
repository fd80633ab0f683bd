// `npm start`: a simulated terminal, the bridge and the demo register together, until Ctrl-C.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createRequire } from "node:module";
import { createServer as createTcpServer } from "node:net";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
process.chdir(root);

/** What has to be stopped, last started first. */
const running = [];
let stopping;

process.on("SIGINT", stop);
process.on("SIGTERM", stop);

await build();
const { startSimulator } = await imported("packages/simulator/dist/index.js");
const { startBridge } = await imported("packages/ws-bridge/dist/index.js");

const terminalPort = await freePort("127.0.0.1", 8888, "the simulated terminal");
const simulator = await startSimulator({ port: terminalPort, delayMs: 2_000 });
running.push(() => simulator.stop());

const pagePort = await freePort("localhost", 5173, "the page");
const origins = [`http://localhost:${pagePort}`, `http://127.0.0.1:${pagePort}`];
await startPage(pagePort);

const bridgePort = await freePort("127.0.0.1", 8765, "the bridge");
const bridge = await startBridge({
  terminals: { "counter-1": `127.0.0.1:${terminalPort}` },
  allowOrigins: origins,
  listen: { host: "127.0.0.1", port: bridgePort },
});
running.push(() => bridge.stop());

const address = `${origins[0]}/?bridge=${bridge.url}/terminals/counter-1`;
console.log(`Open ${address}`);
console.log("Press Pay: the simulated terminal approves after two seconds. Ctrl-C stops everything.");

/** The libraries; the page itself is served from its sources. */
async function build() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
  const building = spawn(process.execPath, [tsc, "-b", "packages/simulator", "packages/ws-bridge"], {
    stdio: "inherit",
  });
  running.push(() => building.kill());
  const [status] = await once(building, "exit");
  running.pop();
  if (status !== 0 && stopping === undefined) process.exit(1);
}

/** Inside this process, on a server of our own: Vite's own would also listen for signals. */
async function startPage(port) {
  const http = createHttpServer((request, response) => vite.middlewares(request, response));
  const { createServer } = await import("vite");
  const vite = await createServer({
    configFile: "vite.config.ts",
    root: "packages/demo",
    logLevel: "error",
    server: { middlewareMode: true, hmr: { server: http } },
  });
  await listen(http, "localhost", port);
  running.push(async () => {
    http.closeAllConnections();
    http.close();
    await vite.close();
  });
}

/** The wanted port; when it is taken another one, and says so. */
async function freePort(host, wanted, what) {
  for (const port of [wanted, 0]) {
    const probe = createTcpServer();
    try {
      await listen(probe, host, port);
      const found = probe.address().port;
      await new Promise((resolve) => probe.close(resolve));
      if (port !== wanted) console.log(`Port ${wanted} is taken: ${what} uses ${found} instead.`);
      return found;
    } catch (error) {
      if (port === 0 || error.code !== "EADDRINUSE") throw error;
    }
  }
}

function listen(server, host, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function imported(path) {
  return import(pathToFileURL(join(root, path)).href);
}

/** A second Ctrl-C does not wait. */
async function stop() {
  if (stopping !== undefined) process.exit(0);
  stopping = Promise.allSettled(running.reverse().map((end) => end()));
  await stopping;
  process.exit(0);
}
