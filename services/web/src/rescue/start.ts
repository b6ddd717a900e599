import { lookFirst } from './alert/first-look.ts'
import { catalogues, firstLanguage } from './catalogues.ts'

/*
 * The first thing that runs, kept small: on a slow network the question to the service, the words and the rest of the
 * page travel at the same time.
 */
const look = lookFirst()
const pauseMs = 3_000
catalogues[firstLanguage]().catch(() => {
  // It is asked for again by what speaks it.
})
void showWhenItComes()

/** Again and again until it is here: the stairs may take the signal. */
async function showWhenItComes(): Promise<void> {
  try {
    const { show } = await import('./page.tsx')
    return show(look)
  } catch {
    setTimeout(() => void showWhenItComes(), pauseMs)
  }
}
