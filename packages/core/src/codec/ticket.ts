/** @module placeholder while the codec is being written */
export interface Ticket {
  readonly recipient: "customer" | "merchant" | "unknown";
  readonly format: "text" | "html";
  readonly text: string;
}
