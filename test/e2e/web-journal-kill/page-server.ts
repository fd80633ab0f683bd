/**
 * Serves the built page, as a shop would: from one origin, under a strict policy. What pages post goes to `onPost`.
 * @module
 */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";

export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Answers a post of the page; `page` is the query of its address. What it returns goes back as JSON. */
export type OnPost = (page: URLSearchParams, path: string, body: unknown) => unknown;

const TYPES: Readonly<Record<string, string>> = { ".html": "text/html", ".js": "text/javascript" };

export async function servePage(folder: string, onPost: OnPost): Promise<PageServer> {
  const server: Server = createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (request.method === "POST") {
      const chunks: Buffer[] = [];
      // A page that is killed while it posts has said nothing.
      try {
        for await (const chunk of request) chunks.push(chunk as Buffer);
      } catch {
        return;
      }
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
      response.end(JSON.stringify(onPost(url.searchParams, url.pathname, body) ?? {}));
      return;
    }
    const path = url.pathname === "/" ? "/index.html" : url.pathname;
    try {
      const content = await readFile(join(folder, path));
      response.setHeader("Content-Type", TYPES[extname(path)] ?? "application/octet-stream");
      response.setHeader("Content-Security-Policy", "default-src 'self'");
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
