/**
 * A Concert payment terminal to develop and test against: over TCP, on a serial line, in the page.
 * @module
 */
export { Attachment, type AttachmentOptions } from "./attachment.ts";
export type { Delivery, ReplyTo } from "./model/delivery.ts";
export { terminalLink, type Framing } from "./links.ts";
export * from "./page.ts";
export { TerminalModel, type TerminalModelOptions } from "./model/terminal-model.ts";
export type { OpenRawPort, RawPort } from "./serial-line.ts";
export { Simulator, startSimulator, type ServiceSettings, type SimulatorOptions } from "./simulator.ts";
export type { Wire } from "./wire.ts";
