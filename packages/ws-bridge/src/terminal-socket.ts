/**
 * The terminal's side of one exchange: one TCP connection, made for it and never made again.
 * @module
 */
import { connect as connectTcp, type Socket } from "node:net";
import { Alarm } from "./alarm.ts";
import type { CloseName } from "./close-codes.ts";
import type { Address, Settings } from "./config.ts";

/** Time between TCP keepalive probes. */
const KEEP_ALIVE_MS = 30_000;

export interface TerminalListener {
  connected(): void;
  bytes(chunk: Buffer): void;
  /** Nothing more will come. `ended`: the terminal hung up in order. `detail`: the system's word, such as ECONNREFUSED. */
  ended(close: CloseName, detail?: string): void;
  /** What was waiting towards the terminal has drained. */
  drained(): void;
}

export class TerminalSocket {
  readonly #socket: Socket;
  readonly #listener: TerminalListener;
  readonly #settings: Settings;
  readonly #connecting: Alarm;
  readonly #leaving: Alarm;
  #over = false;
  #paused = false;
  #left = false;
  #quietSince: number;

  constructor(address: Address, settings: Settings, listener: TerminalListener) {
    this.#listener = listener;
    this.#settings = settings;
    this.#quietSince = settings.clock.now();
    this.#leaving = new Alarm(settings.clock, () => this.#end("ended"));
    this.#connecting = new Alarm(settings.clock, () => this.#end("connect-timeout"));
    this.#connecting.set(settings.limits.connectMs);
    const socket = (settings.connect ?? connectTcp)(address);
    this.#socket = socket;
    let up = false;
    socket.on("connect", () => {
      if (this.#over) return;
      up = true;
      this.#connecting.clear();
      this.#passed();
      // A request is one small write; Nagle would only delay what follows it.
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      listener.connected();
    });
    socket.on("data", (chunk: Buffer) => {
      if (this.#over) return;
      this.#passed();
      listener.bytes(chunk);
    });
    socket.on("end", () => this.#end("ended"));
    socket.on("error", (error: NodeJS.ErrnoException) =>
      this.#end(up ? "terminal-reset" : "terminal-unreachable", error.code ?? error.name),
    );
    socket.on("close", () => this.#end("terminal-reset"));
    socket.on("drain", () => {
      if (!this.#over) listener.drained();
    });
  }

  get paused(): boolean {
    return this.#paused;
  }

  /** Bytes that wait for the terminal to take them. */
  get waiting(): number {
    return this.#socket.writableLength;
  }

  /** When the last byte passed, either way. */
  get quietSince(): number {
    return this.#quietSince;
  }

  write(bytes: Uint8Array): void {
    this.#passed();
    this.#socket.write(bytes);
  }

  pause(): void {
    this.#paused = true;
    // The silence of a terminal that is not read is our own.
    this.#leaving.clear();
    this.#socket.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#passed();
    this.#socket.resume();
  }

  /**
   * Hangs up our side. The listener still hears what the terminal sends, and the end: the terminal's own, or silence
   * for a while.
   */
  leave(): void {
    this.#left = true;
    this.#leaving.set(this.#settings.limits.leaveMs);
    this.#socket.end();
  }

  /** Hangs up for good; the listener hears nothing more. */
  close(): void {
    this.#letGo();
    // `destroySoon` says goodbye properly, but would wait for a connection or for a reader that may never come.
    if (this.#socket.pending || this.#socket.writableLength > 0) this.#socket.destroy();
    else this.#socket.destroySoon();
  }

  #passed(): void {
    this.#quietSince = this.#settings.clock.now();
    if (this.#left) this.#leaving.set(this.#settings.limits.leaveMs);
  }

  #end(close: CloseName, detail?: string): void {
    if (this.#over) return;
    // A reset in answer to our hanging up takes nothing with it where all was quiet before (decision 001).
    const quietMs = this.#settings.clock.now() - this.#quietSince;
    const quiet = this.#left && quietMs >= this.#settings.limits.leaveMs;
    this.#letGo();
    this.#socket.destroy();
    this.#listener.ended(quiet ? "ended" : close, detail);
  }

  #letGo(): void {
    this.#over = true;
    this.#paused = false;
    this.#connecting.clear();
    this.#leaving.clear();
  }
}
