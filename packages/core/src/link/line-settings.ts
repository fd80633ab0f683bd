/**
 * How a serial line is set, what is met in shops (protocol.md section 7.1), and how people write it.
 * @module
 */
import { badRequest } from "../errors.ts";

/** How the serial line is opened. Connectors without a line ignore it. */
export interface LineSettings {
  /** Bits per second: 1200 to 115200. */
  readonly baudRate: number;
  readonly dataBits: 7 | 8;
  readonly parity: "none" | "even" | "odd";
  readonly stopBits: 1 | 2;
  /** RTS/CTS hardware flow control. Default false. */
  readonly hardwareFlowControl?: boolean;
}

const SLOWEST = 1_200;
const FASTEST = 115_200;

/** 9600 7E1: a true RS232 cable, unless someone changed the terminal. */
export const LINE_7E1: LineSettings = { baudRate: 9_600, dataBits: 7, parity: "even", stopBits: 1 };
/** 9600 8N1: USB (CDC-ACM), where parity is not carried and the speed is only a name. */
export const LINE_8N1: LineSettings = { baudRate: 9_600, dataBits: 8, parity: "none", stopBits: 1 };

/** Every speed a terminal is known to offer, the likeliest first. 115200 is what a PAX Q25 is set to. */
const SPEEDS: readonly number[] = [9_600, FASTEST, 19_200, 38_400, 57_600, SLOWEST];

/**
 * What `probe()` tries in turn, the likeliest first. Only a probe may try settings one after the other: a payment is
 * sent with those it was given.
 */
export const LINE_PRESETS: readonly LineSettings[] = SPEEDS.flatMap((baudRate) => [
  { ...LINE_8N1, baudRate },
  { ...LINE_7E1, baudRate },
]);

/** As people write it: `"9600 7E1"`. */
export function describeLine({ baudRate, dataBits, parity, stopBits }: LineSettings): string {
  return `${baudRate} ${dataBits}${parity.charAt(0).toUpperCase()}${stopBits}`;
}

/**
 * Reads what people write: `"9600-7E1"`, `"115200 8N1"`.
 * @throws ConcertError `BAD_REQUEST` naming `line`
 */
export function parseLine(text: string): LineSettings {
  const [, speed, data, parity = "", stop] = /^(\d{4,6})[- ,]([78])([NEO])([12])$/i.exec(text.trim()) ?? [];
  if (!isSpeed(Number(speed)))
    throw badRequest("line", `a speed from ${SLOWEST} to ${FASTEST} and a form, such as "9600-7E1"`, text);
  return {
    baudRate: Number(speed),
    dataBits: data === "7" ? 7 : 8,
    parity: PARITIES[parity.toUpperCase()] ?? "none",
    stopBits: stop === "2" ? 2 : 1,
  };
}

const PARITIES: Readonly<Record<string, LineSettings["parity"]>> = { N: "none", E: "even", O: "odd" };

/** @throws ConcertError `BAD_REQUEST` naming `field`, or what in it is wrong: `"line.baudRate"` */
export function checkLine(field: string, line: LineSettings): LineSettings {
  if (typeof line !== "object" || line === null)
    throw badRequest(field, "line settings: baudRate, dataBits, parity, stopBits", line);
  const { baudRate, dataBits, parity, stopBits, hardwareFlowControl } = line;
  if (!isSpeed(baudRate))
    throw badRequest(`${field}.baudRate`, `a whole number from ${SLOWEST} to ${FASTEST}`, baudRate);
  if (dataBits !== 7 && dataBits !== 8) throw badRequest(`${field}.dataBits`, "7 or 8", dataBits);
  if (!Object.values(PARITIES).includes(parity))
    throw badRequest(`${field}.parity`, `one of ${Object.values(PARITIES).join(", ")}`, parity);
  if (stopBits !== 1 && stopBits !== 2) throw badRequest(`${field}.stopBits`, "1 or 2", stopBits);
  if (hardwareFlowControl !== undefined && typeof hardwareFlowControl !== "boolean")
    throw badRequest(`${field}.hardwareFlowControl`, "true or false", hardwareFlowControl);
  return line;
}

function isSpeed(baudRate: number): boolean {
  return Number.isInteger(baudRate) && baudRate >= SLOWEST && baudRate <= FASTEST;
}
