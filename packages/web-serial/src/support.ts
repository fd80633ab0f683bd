/**
 * Whether this page can use serial ports, and if not, why.
 * @module
 */
import { ConcertError } from "@concert-pay/core";
import type { SerialLike } from "./serial-types.ts";

/**
 * - `insecure-page`: Web Serial exists on https pages and on localhost only.
 * - `missing-api`: this browser has no Web Serial, or an administrator took it away.
 * - `blocked-by-policy`: the page, or the frame it stands in, was served with a permissions policy without `serial`.
 */
export type NoSerialReason = "insecure-page" | "missing-api" | "blocked-by-policy";

export type SerialSupport =
  | { readonly supported: true; readonly serial: SerialLike }
  | { readonly supported: false; readonly reason: NoSerialReason; readonly message: string };

/** The globals looked at. */
export interface SerialEnvironment {
  readonly isSecureContext?: boolean;
  readonly navigator?: { readonly serial?: SerialLike };
  readonly document?: { readonly featurePolicy?: { allowsFeature(feature: string): boolean } };
}

const MESSAGES: Readonly<Record<NoSerialReason, string>> = {
  "insecure-page": "serial ports need a secure page: serve it over https, or from localhost",
  "missing-api":
    "this browser has no Web Serial: use Chrome, Edge or Firefox 151 on a computer, Chrome 148 on Android, or the bridge",
  "blocked-by-policy":
    'a permissions policy forbids serial ports here: allow them with the header "Permissions-Policy: serial=(self)", ' +
    'or with <iframe allow="serial"> where the page is framed',
};

/** Looks only; asks nobody. The same answer for the life of the page. */
export function serialSupport(
  environment: SerialEnvironment = globalThis as SerialEnvironment,
): SerialSupport {
  const serial = environment.navigator?.serial;
  if (environment.isSecureContext === false) return unsupported("insecure-page");
  if (serial === undefined) return unsupported("missing-api");
  // Chromium only: elsewhere the first call fails, and explainRefusal says the same.
  if (environment.document?.featurePolicy?.allowsFeature("serial") === false)
    return unsupported("blocked-by-policy");
  return { supported: true, serial };
}

function unsupported(reason: NoSerialReason): SerialSupport {
  return { supported: false, reason, message: MESSAGES[reason] };
}

/** The ports' owner, the injected one first. Throws `NOT_SUPPORTED` with the reason where there is none. */
export function requireSerial(injected: SerialLike | undefined): SerialLike {
  if (injected !== undefined) return injected;
  const support = serialSupport();
  if (support.supported) return support.serial;
  throw new ConcertError("NOT_SUPPORTED", support.message, { reason: support.reason });
}

/** Why `getPorts()` or `requestPort()` failed. Outside Chromium the policy shows only here. */
export async function explainRefusal(serial: SerialLike, cause: unknown): Promise<ConcertError> {
  if (!["SecurityError", "NotAllowedError"].includes(errorName(cause)))
    return new ConcertError("UNREACHABLE", "the browser's serial port service failed; reload the page", {
      reason: "serial-service",
      cause,
    });
  try {
    await serial.getPorts();
  } catch {
    return new ConcertError("NOT_SUPPORTED", MESSAGES["blocked-by-policy"], {
      reason: "blocked-by-policy",
      cause,
    });
  }
  return new ConcertError("NOT_ALLOWED", "the browser opens its port picker only in answer to a click", {
    reason: "no-click",
    cause,
  });
}

/** `DOMException.name`, also of those made in another frame. */
export function errorName(error: unknown): string {
  return typeof error === "object" && error !== null && "name" in error ? String(error.name) : "";
}
