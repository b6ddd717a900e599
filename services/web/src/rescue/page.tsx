import { effect, signal } from '@preact/signals'
import { type ComponentChild, render } from 'preact'
import { loadGuidance } from '../shared/guidance/guidance.ts'
import { listenForLeaving } from '../shared/page/leave-page.ts'
import { createStayAwake } from '../shared/page/stay-awake.ts'
import { language } from '../shared/words/speak.ts'
import { speakWhatComes } from '../shared/words/speak-what-comes.ts'
import { begin, isRunning, place, standing } from './alert/alert.ts'
import type { FirstLook } from './alert/first-look.ts'
import { firstLanguage } from './catalogues.ts'
import { FirstScreen } from './screens/first.tsx'
import { NothingScreen } from './screens/nothing.tsx'
import { speak } from './words.ts'

/** Draws the page. The address's fragment has been read; what it opens is shown here and sent nowhere. */
export async function show(look: Promise<FirstLook>): Promise<void> {
  const spot = document.querySelector('#app')
  if (spot === null) throw new Error('the page has no place for what it shows')
  listenForLeaving()
  const known = begin(look)
  await Promise.all([speakWhatComes(speak, firstLanguage), known])
  performance.mark('shown')
  spot.replaceChildren()
  render(<Screens />, spot)
  // Only now: the first screen comes before everything that could slow it.
  void Promise.all([loadLater(), loadGuidance(language.value)]).then(useOwnType)
  const stayAwake = createStayAwake()
  effect(() => stayAwake(isRunning.value))
}

/** The service's own type is worth waiting for, and not worth making anybody wait. */
async function useOwnType(): Promise<void> {
  try {
    await document.fonts.load('1em "Atkinson Hyperlegible Next"')
    const screenThen = place.value
    const stop = effect(() => {
      // Letters change between screens and not under a thumb.
      if (place.value === screenThen) return
      document.documentElement.dataset.type = 'own'
      queueMicrotask(() => stop())
    })
  } catch {
    // The phone's own type is good.
  }
}

const later = signal<(() => ComponentChild) | undefined>(undefined)
const pauseMs = 3_000

/** The other screens and the steps, again and again until they are here: the lift may take the signal. */
async function loadLater(): Promise<void> {
  for (;;) {
    try {
      const { LaterScreens } = await import('./screens/later.tsx')
      later.value = () => <LaterScreens />
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}

function Screens() {
  const now = standing.value
  if (now === 'opening') return null
  if (now === 'over' || now === 'expired' || now === 'unknown' || now === 'silent') return <NothingScreen why={now} />
  // What closed before the other screens had come offers no "I'm going".
  return later.value?.() ?? (now === 'closed' ? <NothingScreen why="over" /> : <FirstScreen />)
}
