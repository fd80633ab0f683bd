/**
 * Concert terminals on serial ports, from a web page: USB, RS232 and Bluetooth, through Web Serial.
 * @module
 */
export {
  findSerialPort,
  knownSerialConnector,
  onSerialPortsChanged,
  requestSerialConnector,
  type FindConnectorOptions,
  type RequestConnectorOptions,
} from "./find-connector.ts";
export type { LineNoise, NoiseCounts } from "./line-noise.ts";
export type { PortMatch } from "./match-port.ts";
export { SERIAL_PORT_PROFILE } from "./port-identity.ts";
export type { ChoiceStore, SavedChoiceOptions } from "./saved-choice.ts";
export { serialConnector, type SerialConnector, type SerialConnectorOptions } from "./serial-connector.ts";
export type { PageEvents, SerialLike, SerialPortLike } from "./serial-types.ts";
export { serialSupport, type NoSerialReason, type SerialEnvironment, type SerialSupport } from "./support.ts";
