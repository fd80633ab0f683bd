/**
 * A small HTTP control for scripts and tests in other languages, on this machine only.
 * @module
 */
import { createServer, type IncomingMessage } from "node:http";
import { ConcertError, badRequest, maskCardNumbers } from "@concert-pay/core";
import type { BehaviourChoice } from "./model/behaviour.ts";
import { KEY_BEHAVIOURS, type Key } from "./model/screen.ts";
import type { ServiceSettings, Simulator } from "./simulator.ts";

export interface Control {
  readonly port: number;
  stop(): Promise<void>;
}

/** No request needs more. */
const MAX_BODY_BYTES = 65_536;

type Handler = (simulator: Simulator, body: unknown) => unknown;

const ROUTES: Readonly<Record<string, Handler>> = {
  "GET /ledger": ({ ledger }) => ledger,
  "GET /requests": ({ requests }) => requests,
  "GET /screen": ({ screen }) => screen,
  "POST /script": (simulator, body) => {
    if (!Array.isArray(body)) throw badRequest("body", 'a list of behaviours, such as ["refuse"]', body);
    simulator.script(body as readonly BehaviourChoice[]);
    return { scripted: body.length };
  },
  "POST /behaviour": (simulator, body) => {
    simulator.setBehaviour(body as BehaviourChoice);
    return { behaviour: body };
  },
  "POST /key": (simulator, body) => {
    if (typeof body !== "string" || !Object.hasOwn(KEY_BEHAVIOURS, body))
      throw badRequest("key", `one of ${Object.keys(KEY_BEHAVIOURS).join(", ")}`, body);
    return { taken: simulator.press(body as Key) };
  },
  "POST /restart": async (simulator, body = {}) => {
    await simulator.restart(body as ServiceSettings);
    return { port: simulator.port };
  },
  "POST /reboot": async (simulator) => {
    await simulator.reboot();
    return { port: simulator.port };
  },
};

/** @param port 0 for any free one. Rejects with the system's error, such as EADDRINUSE */
export async function startControl(simulator: Simulator, port: number): Promise<Control> {
  const server = createServer((request, response) => {
    void answer(simulator, request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(`${JSON.stringify(body, masked)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    async stop() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

/** References come from the register: one may be a card number by mistake. */
function masked(_: string, value: unknown): unknown {
  return typeof value === "string" ? maskCardNumbers(value) : value;
}

async function answer(
  simulator: Simulator,
  request: IncomingMessage,
): Promise<{ status: number; body: unknown }> {
  // A page must not drive it: browsers always name the page's origin on POST, programs do not.
  if (request.headers.origin !== undefined) return { status: 403, body: { error: "not for web pages" } };
  const route = `${request.method ?? ""} ${(request.url ?? "").split("?")[0]}`;
  const handler = Object.hasOwn(ROUTES, route) ? ROUTES[route] : undefined;
  if (handler === undefined)
    return { status: 404, body: { error: `no ${route}; try ${Object.keys(ROUTES).join(", ")}` } };
  try {
    const text = await readBody(request);
    return { status: 200, body: await handler(simulator, text === "" ? undefined : JSON.parse(text)) };
  } catch (error) {
    const fault = error instanceof ConcertError || error instanceof SyntaxError;
    return {
      status: fault ? 400 : 500,
      body: { error: error instanceof Error ? error.message : String(error) },
    };
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  request.setEncoding("utf8");
  for await (const part of request as AsyncIterable<string>) {
    text += part;
    if (text.length > MAX_BODY_BYTES)
      throw badRequest("body", `at most ${MAX_BODY_BYTES} characters`, text.length);
  }
  return text;
}
