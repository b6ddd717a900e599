import { type Language, languages } from './speak.ts'

const pauseMs = 3_000

/**
 * The words of the wanted language, or those of another sooner than none. Where none can be had they are asked for again and
 * again: a page that draws nothing without words comes by itself once the network does.
 */
export async function speakWhatComes(speak: (which: Language) => Promise<void>, wanted: Language): Promise<void> {
  for (;;) {
    for (const which of new Set([wanted, ...(Object.keys(languages) as Language[])])) {
      try {
        return await speak(which)
      } catch {
        // The next one.
      }
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs))
  }
}
