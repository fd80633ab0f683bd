/**
 * A serial device on a pseudo-terminal: the cable in the test's hand, and the terminal at its end.
 * @module
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Socket } from "node:net";

/** How a port shows itself to the browser. */
export interface RigPort {
  /** Device name, as `"ttyCONCERT0"`. No comma. */
  readonly name: string;
  /** Left out: a port that says nothing about itself, like a built-in RS232 one. */
  readonly usb?: { readonly vendorId: number; readonly productId: number; readonly serialNumber?: string };
}

export interface PtyDeviceOptions {
  readonly port: RigPort;
  /** The directory the browser watches. */
  readonly portsDirectory: string;
  /** The compiled `pty-line`. */
  readonly ptyLine: string;
  /** `"test"` (default): the test is the terminal, by `incoming` and `write`. `"path"`: a program is, at `farPath`. */
  readonly far?: "test" | "path";
}

/** What the page asked of the line; a pseudo-terminal itself carries neither parity nor 7 bits. */
export interface HostSettings {
  readonly baud: number;
  readonly bits: number;
  readonly parity: string;
  readonly stop: number;
  readonly rtscts: boolean;
  readonly dtr: boolean;
  readonly rts: boolean;
  readonly break: boolean;
}

/** Starts unplugged. Without `far: "path"` it is a `Connection` in shape: `incoming`, `write`, `close`. */
export class PtyDevice {
  readonly port: RigPort;
  /** Path of the terminal's end, for `concert-simulator --serial PATH`; only with `far: "path"`. */
  readonly farPath: string | undefined;
  readonly #link: string;
  readonly #portsDirectory: string;
  readonly #line: PtyLine;
  #nearPath: string;

  private constructor(
    options: PtyDeviceOptions,
    line: PtyLine,
    nearPath: string,
    farPath: string | undefined,
  ) {
    this.port = options.port;
    this.#portsDirectory = options.portsDirectory;
    this.#link = join(options.portsDirectory, entryName(options.port));
    this.#line = line;
    this.#nearPath = nearPath;
    this.farPath = farPath;
  }

  static async start(options: PtyDeviceOptions): Promise<PtyDevice> {
    const far = options.far === "path";
    const line = new PtyLine(options.ptyLine, far ? ["--far"] : []);
    const nearPath = await line.reply();
    return new PtyDevice(options, line, nearPath, far ? await line.reply() : undefined);
  }

  /** Announces the port: `connect`. */
  plug(): void {
    symlinkSync(this.#nearPath, this.#link);
  }

  /** Withdraws the port: `disconnect`. By itself an open port notices nothing. */
  unplug(): void {
    rmSync(this.#link, { force: true });
  }

  /** Cuts the line: an open port is lost. Bytes written before are passed on first. */
  async hangUp(): Promise<void> {
    await this.#line.command("hangup");
  }

  /** Makes the line whole again, under another path. */
  async renew(): Promise<void> {
    this.#nearPath = await this.#line.command("renew");
  }

  /** The cable is pulled out, as it really happens: the line is lost, then the port is gone. */
  async pullCable(): Promise<void> {
    await this.hangUp();
    this.unplug();
  }

  async plugCableBack(): Promise<void> {
    await this.renew();
    this.plug();
  }

  /** Bytes of the page, for one reader. */
  get incoming(): AsyncIterable<Uint8Array> {
    return this.#line.far;
  }

  /** The terminal speaks. While the page has the port closed the bytes wait for it, unlike on a real cable. */
  async write(bytes: Uint8Array): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#line.far.write(bytes, (error) => (error ? reject(error) : resolve()));
    });
  }

  /**
   * The terminal speaks, with errors of the line in between: `FF 00 x` is byte x with a parity error (only on a
   * line opened with parity), `FF 00 00` a break, `FF FF` the byte FF.
   */
  async writeMarked(bytes: Uint8Array): Promise<void> {
    await this.#line.command(`mark ${Buffer.from(bytes).toString("hex")}`);
  }

  /** What the page asked for when it opened the port last. Throws before the first time. */
  hostSettings(): HostSettings {
    const words = readFileSync(this.#stateFile("host"), "latin1").trim().split(" ");
    const said = Object.fromEntries(words.map((word) => word.split("=") as [string, string]));
    const flag = (name: string): boolean => said[name] === "1";
    return {
      baud: Number(said["baud"]),
      bits: Number(said["bits"]),
      parity: said["parity"] ?? "",
      stop: Number(said["stop"]),
      rtscts: flag("rtscts"),
      dtr: flag("dtr"),
      rts: flag("rts"),
      break: flag("break"),
    };
  }

  /** Raises these modem lines and drops the others. */
  raise(...lines: readonly ("cts" | "dsr" | "dcd" | "ri")[]): void {
    writeFileSync(this.#stateFile("device"), lines.join(" "));
  }

  async close(): Promise<void> {
    this.unplug();
    await this.#line.end();
  }

  #stateFile(who: "host" | "device"): string {
    return join(this.#portsDirectory, `.pts${basename(this.#nearPath)}.${who}`);
  }
}

/** The `pty-line` program: commands and answers over its standard streams, the terminal's bytes over a socket. */
class PtyLine {
  readonly far: Socket;
  readonly #program: ChildProcess;
  readonly #commands: Writable;
  readonly #replies: AsyncIterator<string>;

  constructor(path: string, options: readonly string[]) {
    this.#program = spawn(path, options, { stdio: ["pipe", "pipe", "inherit", "pipe"] });
    const [commands, replies, , far] = this.#program.stdio;
    this.#commands = commands as Writable;
    this.#replies = createInterface({ input: replies as Readable })[Symbol.asyncIterator]();
    this.far = far as Socket;
  }

  async reply(): Promise<string> {
    const { done, value } = await this.#replies.next();
    if (done === true) throw new Error("pty-line ended");
    return value;
  }

  async command(line: string): Promise<string> {
    this.#commands.write(`${line}\n`);
    return this.reply();
  }

  async end(): Promise<void> {
    if (this.#program.exitCode !== null) return;
    const ended = once(this.#program, "exit");
    this.#commands.end();
    await ended;
    this.far.destroy();
  }
}

/** What `fake-udev.c` reads: `NAME` or `NAME,VENDOR,PRODUCT[,SERIAL]`. */
function entryName({ name, usb }: RigPort): string {
  if (usb === undefined) return name;
  const ids = [usb.vendorId, usb.productId].map((id) => id.toString(16).padStart(4, "0"));
  return [name, ...ids, ...(usb.serialNumber === undefined ? [] : [usb.serialNumber])].join(",");
}
