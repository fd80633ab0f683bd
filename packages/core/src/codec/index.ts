/**
 * Bytes to tags and back, pure (design: core's first layer).
 * @module
 */
export { decodeLatin1, encodeLatin1 } from "./ascii.ts";
export { currencyByCode, type Currency } from "./currencies.ts";
export {
  DICTIONARY,
  tagDefinition,
  type Alphabet,
  type Direction,
  type TagDefinition,
} from "./dictionary.ts";
export type { Message, Tag, Warning } from "./message.ts";
export * from "./names.ts";
export { MAX_MESSAGE_BYTES } from "./limits.ts";
export { scanElements, type Scan } from "./scan.ts";
export { decodeTicket, encodeTicket, type Ticket, type TicketToEncode } from "./ticket.ts";
export { decodeMessage, encodeMessage, type EncodeOptions } from "./tlv.ts";
export { MAX_V2_AMOUNT } from "./v2/fields.ts";
export { decodeV2Request, encodeV2Request } from "./v2/request.ts";
export { decodeV2Response, encodeV2Response } from "./v2/response.ts";
export type { V2Dialect, V2Request, V2Response } from "./v2/types.ts";
