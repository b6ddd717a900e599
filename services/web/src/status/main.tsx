import { signal } from '@preact/signals'
import type { StatusAnswer } from '@stillhere/contracts'
import { render } from 'preact'
import { preferredLanguage } from '../shared/words/speak.ts'
import { speakWhatComes } from '../shared/words/speak-what-comes.ts'
import { askStatus } from './ask-status.ts'
import { StatusView } from './status-view.tsx'
import { say, speak } from './words.ts'

/*
 * Whether the service works, for everybody: no sign-in, nothing kept, nothing of anybody. What is shown is what the service
 * answered last, with its instant; when it does not answer, that is said first.
 */

/** The service reads its figures anew at most this often. */
const everyMs = 30_000

const heard = signal<StatusAnswer | 'no-such-service' | undefined>(undefined)
const isAway = signal(false)

async function ask(): Promise<void> {
  try {
    heard.value = await askStatus()
    isAway.value = false
  } catch {
    isAway.value = true
  }
}

function Page() {
  document.title = say('title')
  return <StatusView status={heard.value} isAway={isAway.value} onAgain={ask} />
}

const place = document.querySelector('#app')
if (place === null) throw new Error('the page has no place for the status')
await Promise.all([speakWhatComes(speak, preferredLanguage(undefined)), ask()])
place.replaceChildren()
render(<Page />, place)
setInterval(() => {
  if (document.visibilityState === 'visible') void ask()
}, everyMs)
addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void ask()
})
