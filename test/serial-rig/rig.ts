/**
 * Real Chromium with real `navigator.serial` on pseudo-terminals, headless, without root and without hardware.
 * @module
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type BrowserContext } from "playwright";
import { chromiumFlags, findChromium } from "../../scripts/chromium.mjs";
import { buildNativeParts, type NativeParts } from "./build.ts";
import { chooserFlags, PortChooser } from "./chooser.ts";
import { PtyDevice, type RigPort } from "./pty-device.ts";

export { PtyDevice, type HostSettings, type RigPort } from "./pty-device.ts";
export { serialRigMissing } from "./missing.ts";

export interface SerialRigOptions {
  /** Origin of the page: `"http://localhost:5173"`. */
  readonly origin: string;
  /** Ports the page may use from the start, as if picked before. Each needs USB ids and a serial number. */
  readonly granted?: readonly RigPort[];
  /** True to answer the port picker; starts the browser with its UI DevTools open. */
  readonly chooser?: boolean;
  /** Further flags for Chromium. */
  readonly flags?: readonly string[];
}

/** One browser and the directory in which it sees its serial ports. `start` throws where `serialRigMissing` says so. */
export class SerialRig {
  readonly #launch: () => Promise<BrowserContext>;
  readonly #folder: string;
  readonly #native: NativeParts;
  readonly #chooser: PortChooser | undefined;
  readonly #devices: PtyDevice[] = [];
  #context: BrowserContext;

  private constructor(
    launch: () => Promise<BrowserContext>,
    context: BrowserContext,
    folder: string,
    native: NativeParts,
    chooser?: PortChooser,
  ) {
    this.#launch = launch;
    this.#context = context;
    this.#folder = folder;
    this.#native = native;
    this.#chooser = chooser;
  }

  static async start({
    origin,
    granted = [],
    chooser = false,
    flags = [],
  }: SerialRigOptions): Promise<SerialRig> {
    const native = buildNativeParts();
    const folder = mkdtempSync(join(tmpdir(), "serial-rig-"));
    mkdirSync(portsOf(folder));
    writeGrants(profileOf(folder), origin, granted);
    const chooserPort = chooser ? await freePort() : undefined;
    const launch = (): Promise<BrowserContext> =>
      chromium.launchPersistentContext(profileOf(folder), {
        executablePath: findChromium() ?? "",
        headless: true,
        args: [...chromiumFlags, ...(chooserPort === undefined ? [] : chooserFlags(chooserPort)), ...flags],
        env: {
          ...definedEnvironment(),
          LD_PRELOAD: `${native.fakeUdev} ${native.fakeTty}`,
          FAKE_UDEV_DIR: portsOf(folder),
        },
      });
    const context = await launch();
    const hand = chooserPort === undefined ? undefined : await PortChooser.connect(chooserPort);
    return new SerialRig(launch, context, folder, native, hand);
  }

  get context(): BrowserContext {
    return this.#context;
  }

  /** SIGKILL to the whole browser, all of its processes at once. Profile and devices stay. */
  async killBrowser(): Promise<void> {
    const closed = this.#context.waitForEvent("close");
    const session = await this.#context.browser()?.newBrowserCDPSession();
    const processes = (await session?.send("SystemInfo.getProcessInfo"))?.processInfo ?? [];
    const pid = processes.find(({ type }) => type === "browser")?.id;
    if (pid === undefined) throw new Error("the browser does not say its process");
    // Playwright starts it in a process group of its own.
    process.kill(-pid, "SIGKILL");
    await closed;
  }

  /** After `killBrowser`: the browser again, on the same profile. */
  async startAgain(): Promise<BrowserContext> {
    this.#context = await this.#launch();
    return this.#context;
  }

  /** Only with `chooser: true`. */
  get chooser(): PortChooser {
    if (this.#chooser === undefined) throw new Error("start the rig with chooser: true");
    return this.#chooser;
  }

  /** A device that is not plugged in yet. `far` as in `PtyDeviceOptions`. */
  async addDevice(port: RigPort, far: "test" | "path" = "test"): Promise<PtyDevice> {
    const { ptyLine } = this.#native;
    const device = await PtyDevice.start({ port, portsDirectory: portsOf(this.#folder), ptyLine, far });
    this.#devices.push(device);
    return device;
  }

  async stop(): Promise<void> {
    await this.#chooser?.close();
    await this.#context.close();
    await Promise.all(this.#devices.map((device) => device.close()));
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function portsOf(folder: string): string {
  return join(folder, "ports");
}

function profileOf(folder: string): string {
  return join(folder, "profile");
}

/** Writes into a fresh profile what Chromium itself writes when a person picks a port. All four values must match. */
function writeGrants(profile: string, origin: string, ports: readonly RigPort[]): void {
  const objects = ports.map(({ name, usb }) => {
    if (usb?.serialNumber === undefined)
      throw new Error(`only a USB port with a serial number can be granted: ${name}`);
    return { name, vendor_id: usb.vendorId, product_id: usb.productId, serial_number: usb.serialNumber };
  });
  const setting = { last_modified: "0", setting: { "chosen-objects": objects } };
  const exceptions = ports.length === 0 ? {} : { serial_chooser_data: { [`${origin},*`]: setting } };
  mkdirSync(join(profile, "Default"), { recursive: true });
  writeFileSync(
    join(profile, "Default", "Preferences"),
    JSON.stringify({ profile: { content_settings: { exceptions } } }),
  );
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
