/**
 * Concert V3: tags as text, each with its length (protocol.md section 1).
 * @module
 */
export { decodeMessage } from "./tlv-decode.ts";
export { encodeMessage, type EncodeOptions } from "./tlv-encode.ts";
