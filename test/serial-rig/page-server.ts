/**
 * Serves a page of one module, from the sources, on localhost.
 * @module
 */
import { createServer as createHttpServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createServer, type ViteDevServer } from "vite";

const ROOT = join(import.meta.dirname, "../..");
const CONNECTOR_PAGE = "/test/serial-rig/connector-page.ts";
/** At this path the page is served with a permissions policy that forbids serial ports. */
export const FORBIDDEN_PATH = "/forbidden";

export class PageServer {
  readonly origin: string;
  readonly #http: Server;
  readonly #vite: ViteDevServer;

  private constructor(http: Server, vite: ViteDevServer) {
    this.#http = http;
    this.#vite = vite;
    this.origin = `http://localhost:${(http.address() as AddressInfo).port}`;
  }

  /** @param module path of the page's module below the root of the repository */
  static async start(module: string = CONNECTOR_PAGE): Promise<PageServer> {
    const html = `<!doctype html><title>serial</title><script type="module" src="${module}"></script>`;
    const vite = await createServer({
      configFile: false,
      root: ROOT,
      appType: "custom",
      logLevel: "error",
      resolve: { conditions: ["@concert-pay/source", "module", "browser", "development|production"] },
      optimizeDeps: { noDiscovery: true },
      server: { middlewareMode: true, hmr: false, ws: false, watch: null },
    });
    const http = createHttpServer((request, response) => {
      const { pathname } = new URL(request.url ?? "/", "http://localhost");
      if (pathname !== "/" && pathname !== FORBIDDEN_PATH) return vite.middlewares(request, response);
      if (pathname === FORBIDDEN_PATH) response.setHeader("permissions-policy", "serial=()");
      response.setHeader("content-type", "text/html").end(html);
    });
    await new Promise<void>((resolve) => void http.listen(0, "localhost", resolve));
    return new PageServer(http, vite);
  }

  async stop(): Promise<void> {
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
    await this.#vite.close();
  }
}
