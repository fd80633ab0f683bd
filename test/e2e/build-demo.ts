/**
 * Builds the demo as `npm run build` does, and serves what came out for all end-to-end tests. The built page, not the
 * sources: a declaration of side effects that is wrong drops the element from the build alone.
 * @module
 */
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built demo is served, with a slash at the end. */
    readonly demoUrl: string;
  }
}

const root = fileURLToPath(new URL("../../packages/demo", import.meta.url));
const configFile = fileURLToPath(new URL("../../vite.config.ts", import.meta.url));

export default async function serveBuiltDemo(project: TestProject): Promise<() => Promise<void>> {
  await inProduction(() => build({ configFile, root, logLevel: "error" }));
  const server = await preview({
    configFile: false,
    root,
    logLevel: "error",
    preview: { host: "127.0.0.1", port: await freePort(), strictPort: true, allowedHosts: [".localhost"] },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error("vite preview has no address");
  project.provide("demoUrl", url);
  return () => server.close();
}

/** Packages choose their production files by NODE_ENV, which Vitest has set to "test". */
async function inProduction(run: () => Promise<unknown>): Promise<void> {
  const before = process.env["NODE_ENV"];
  process.env["NODE_ENV"] = "production";
  try {
    await run();
  } finally {
    process.env["NODE_ENV"] = before;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
