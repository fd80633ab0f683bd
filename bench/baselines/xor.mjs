/** Baseline: the XOR of all bytes, and nothing else. */
export function xorAll(bytes) {
  let check = 0;
  for (let at = 0; at < bytes.length; at += 1) check ^= bytes[at];
  return check;
}
