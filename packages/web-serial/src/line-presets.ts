/**
 * Line settings met in shops (protocol.md section 7.1).
 * @module
 */
import type { LineSettings } from "@concert-pay/core";

/** 9600 7E1: what French terminals use on a true RS232 cable unless someone changed it. */
export const DEFAULT_LINE: LineSettings = { baudRate: 9600, dataBits: 7, parity: "even", stopBits: 1 };

function line(baudRate: number, form: "7E1" | "8N1"): LineSettings {
  return form === "7E1"
    ? { ...DEFAULT_LINE, baudRate }
    : { baudRate, dataBits: 8, parity: "none", stopBits: 1 };
}

/**
 * What `probe()` tries in turn, the likeliest first. 7E1 is the form on an RS232 cable; over USB, where parity is
 * not carried and the speed does not matter, 8N1 works (protocol.md section 7.1). 115200 8N1 is the factory
 * setting of PAX terminals; the others are speeds a merchant can choose in a terminal's menu.
 *
 * Only a probe may try them one after the other: a payment is sent with the settings its profile names.
 */
export const LINE_PRESETS: readonly LineSettings[] = [
  line(9600, "7E1"),
  line(9600, "8N1"),
  line(115_200, "8N1"),
  line(115_200, "7E1"),
  ...[19_200, 38_400, 57_600, 1200].flatMap((baudRate) => [line(baudRate, "7E1"), line(baudRate, "8N1")]),
];

/** As people write it: `"9600 7E1"`. */
export function describeLine({ baudRate, dataBits, parity, stopBits }: LineSettings): string {
  return `${baudRate} ${dataBits}${parity.slice(0, 1).toUpperCase()}${stopBits}`;
}
