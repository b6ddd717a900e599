export { classify } from '../twilio/error-classes.ts'
export * from './parse.ts'
export { type RawFields, readForm, signTwilioRequest, verifyTwilioSignature } from './signature.ts'
export { emptyTwiml, gatherTwiml, type SpokenLanguage, sayAndHangUp } from './twiml.ts'
