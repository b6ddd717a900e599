import type { Call } from './calls/call.ts'
import type { Text } from './texts/text.ts'

/** What happens inside the carrier, for tests that wait and for the page of phones. */
export type Changes = {
  text: [Text]
  'text-status': [Text]
  call: [Call]
  behaviour: [number: string]
  stop: []
}
