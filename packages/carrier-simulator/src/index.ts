export type { Timings } from './account.ts'
export type { CallbackFailure } from './callbacks.ts'
export type { SimulatedCall, SimulatedText } from './control/shapes.ts'
export type { RecordedRequest } from './rest/requests.ts'
export { signWebhook } from './signature.ts'
export {
  type CarrierSimulator,
  type CarrierSimulatorOptions,
  createCarrierSimulator,
  type TextWanted,
} from './simulator.ts'
