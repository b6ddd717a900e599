import { standing } from '../known.ts'
import { say } from '../words.ts'

/** Said where somebody goes on shift: an alert may not find them by phone. Nothing while all is well. */
export function NumberHeard() {
  const state = standing.value?.numberState
  if (state === 'waiting') return <p class="small">{say('shift.number.waiting')}</p>
  if (state === 'denied') return <p class="small trouble-word">{say('shift.number.denied')}</p>
  return null
}
