/** The wording of every text and call the service sends. */
export { countSegments, countSeptets, isGsm7, toGsm7 } from './gsm7.ts'
export { isLanguage, LANGUAGES, type Language, type SentenceKey, sentencesOf } from './languages.ts'
export {
  type CheckedWording,
  checkWording,
  isSentenceKey,
  type OwnSentences,
  previewSentence,
  segmentsOf,
  sentenceKeys,
  type TextPreview,
  usableSentences,
  type WordingProblem,
} from './own-wording.ts'
export { pushWords } from './push-words.ts'
export {
  type CallAnswer,
  type CallKind,
  type CallValues,
  renderCall,
  renderCallAnswer,
  type SpokenCall,
} from './render-call.ts'
export { markAsTest, renderText } from './render-text.ts'
export { type AllClearReason, allClearReasonOf, TEMPLATES, type TextTemplate, type TextValues } from './templates.ts'
export { CARRIER_START_WORDS, CARRIER_STOP_WORDS, cleanInvitationWord, NEVER_SENT } from './words-never-sent.ts'
