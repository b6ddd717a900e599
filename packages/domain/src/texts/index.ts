/** The wording of every text and call the service sends. */
export { countSegments, countSeptets, isGsm7, toGsm7 } from './gsm7.ts'
export { isLanguage, LANGUAGES, type Language } from './languages.ts'
export {
  type CallAnswer,
  type CallKind,
  type CallValues,
  renderCall,
  renderCallAnswer,
  type SpokenCall,
} from './render-call.ts'
export { renderText } from './render-text.ts'
export { type AllClearReason, allClearReasonOf, TEMPLATES, type TextTemplate, type TextValues } from './templates.ts'
export { CARRIER_START_WORDS, CARRIER_STOP_WORDS, cleanInvitationWord, NEVER_SENT } from './words-never-sent.ts'
