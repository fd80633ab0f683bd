/** A bridge with one terminal named `t`, stopped when the test ends. */
import { onTestFinished } from "vitest";
import { startBridge, type Bridge } from "../bridge.ts";
import type { BridgeConfig } from "../config.ts";
import { manualClock, type ManualClock } from "./manual-clock.ts";
import { ORIGIN, rawPage, type RawPage, type RawPageOptions } from "./raw-page.ts";
import { tcpTerminal, type TcpTerminal, type TerminalCall } from "./tcp-terminal.ts";

export interface Rig {
  readonly bridge: Bridge;
  readonly terminal: TcpTerminal;
  readonly clock: ManualClock;
  readonly log: readonly string[];
  page(options?: RawPageOptions): RawPage;
  /** A page whose terminal is reached, and the terminal's end of its connection. */
  exchange(options?: RawPageOptions): Promise<{ page: RawPage; call: TerminalCall }>;
}

export async function rig(
  config: Partial<BridgeConfig> = {},
  onCall: (call: TerminalCall) => void = () => {},
): Promise<Rig> {
  const clock = manualClock();
  const terminal = await tcpTerminal(onCall);
  const log: string[] = [];
  const bridge = await startBridge({
    terminals: { t: terminal.address },
    allowOrigins: [ORIGIN],
    listen: "127.0.0.1:0",
    clock,
    onLog: (line) => log.push(line),
    ...config,
  });
  const pages: RawPage[] = [];
  onTestFinished(async () => {
    for (const { socket } of pages) socket.terminate();
    await bridge.stop();
    await terminal.stop();
  });
  const page = (options: RawPageOptions = {}): RawPage => {
    const opened = rawPage(bridge.url, options);
    pages.push(opened);
    return opened;
  };
  return {
    bridge,
    terminal,
    clock,
    log,
    page,
    async exchange(options) {
      const index = terminal.calls.length;
      const opened = page(options);
      await opened.event("connected");
      return { page: opened, call: await terminal.call(index) };
    },
  };
}
