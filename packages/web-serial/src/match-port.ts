/**
 * Which of the granted ports is the terminal's. Certain, or not at all: a wrong guess pays on another counter.
 * @module
 */
import { identify, sameIdentity, type PortIdentity } from "./port-identity.ts";
import type { SerialPortLike } from "./serial-types.ts";

export type PortMatch =
  | { readonly found: "one"; readonly port: SerialPortLike }
  /** Nothing fits: not plugged in, not granted, or taken back. */
  | { readonly found: "none" }
  /** Several fit and nothing tells them apart: a person has to choose. */
  | { readonly found: "ambiguous"; readonly ports: readonly SerialPortLike[] };

/** The one port of that identity; any port where `identity` is undefined. */
export function matchPort(ports: readonly SerialPortLike[], identity: PortIdentity | undefined): PortMatch {
  const fitting = identity === undefined ? ports : portsLike(ports, identity);
  const [port, ...more] = fitting;
  if (port === undefined) return { found: "none" };
  return more.length === 0 ? { found: "one", port } : { found: "ambiguous", ports: fitting };
}

/**
 * The port that was lost, under its new object: Chromium makes another `SerialPort` when a cable is plugged in
 * again, and the old one hears nothing of it.
 *
 * `twins` are the ports of the same identity that stood beside it. As long as all of them still stand there, a new
 * one can only be the lost one; once one of them went too, whatever comes back may be either.
 */
export function rematchPort(
  ports: readonly SerialPortLike[],
  identity: PortIdentity,
  twins: ReadonlySet<SerialPortLike>,
): PortMatch {
  const fitting = portsLike(ports, identity);
  const fresh = fitting.filter((port) => !twins.has(port));
  const twinWentToo = fitting.length - fresh.length < twins.size;
  return twinWentToo && fresh.length > 0 ? { found: "ambiguous", ports: fresh } : matchPort(fresh, identity);
}

/** The ports of that identity. */
export function portsLike(
  ports: readonly SerialPortLike[],
  identity: PortIdentity,
): readonly SerialPortLike[] {
  return ports.filter((port) => sameIdentity(identify(port.getInfo()), identity));
}
