/**
 * Which hosts are this machine and no other.
 * @module
 */

/** @param host a name or an address, as in a URL (IPv6 in brackets) or bare */
export function isLoopback(host: string): boolean {
  return (
    host === "localhost" ||
    host.endsWith(".localhost") ||
    host.replace(/^\[|\]$/g, "") === "::1" ||
    /^127(?:\.\d{1,3}){3}$/.test(host)
  );
}
