/// <reference types="w3c-web-serial" preserve="true" />
/**
 * The part of Web Serial that is used here, as structures: the browser's own objects fit, and so do polyfills
 * (WebUSB, Android) and the fake of the tests.
 * @module
 */

/** One serial port: `SerialPort`, or what stands in for it. */
export interface SerialPortLike {
  /** `null` while closed and after the device was lost; another stream after an error that can be read past. */
  readonly readable: ReadableStream<Uint8Array> | null;
  readonly writable: WritableStream<Uint8Array> | null;
  open(options: SerialOptions): Promise<void>;
  close(): Promise<void>;
  /** Missing where a polyfill cannot set output lines. */
  setSignals?(signals: SerialOutputSignals): Promise<void>;
  getInfo(): SerialPortInfo;
}

/** `navigator.serial`, or what stands in for it. */
export interface SerialLike {
  getPorts(): Promise<readonly SerialPortLike[]>;
  requestPort(options?: SerialPortRequestOptions): Promise<SerialPortLike>;
  addEventListener(type: "connect" | "disconnect", listener: (event: Event) => void): void;
  removeEventListener(type: "connect" | "disconnect", listener: (event: Event) => void): void;
}

/** Where `pagehide` is heard: `window`, or what stands in for it. */
export interface PageEvents {
  addEventListener(type: "pagehide", listener: () => void): void;
  removeEventListener(type: "pagehide", listener: () => void): void;
}
