/** What an inbound text or a pressed key means. */
export { type AskedNumber, readNumberAnswer } from './answer-number.ts'
export {
  type ChosenReading,
  chooseReading,
  parseKeyPress,
  parseReply,
  type Reading,
  type Reply,
  type ReplyDigit,
} from './parse-reply.ts'
