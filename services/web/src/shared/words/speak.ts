import { signal } from '@preact/signals'

export const languages = { en: 'English', cy: 'Cymraeg' } as const
export type Language = keyof typeof languages

type Values = Record<string, string | number>
export type Catalogue<Key extends string> = Record<Key, (values: Values) => string>

/** The language of the screens. Whatever reads it is drawn again when it changes. */
export const language = signal<Language>('en')

/** Which language to begin with: the one chosen before, else the device's. */
export function preferredLanguage(chosen: string | undefined): Language {
  const wanted = [chosen ?? '', ...navigator.languages].map((tag) => tag.slice(0, 2).toLowerCase())
  return wanted.find((tag): tag is Language => tag in languages) ?? 'en'
}

/** Speaks one entry's words. A catalogue is loaded once and kept by the service worker. */
export function createSpeech<Key extends string>(load: Record<Language, () => Promise<{ default: Catalogue<Key> }>>) {
  const catalogue = signal<Catalogue<Key> | undefined>(undefined)
  return {
    async speak(which: Language): Promise<void> {
      catalogue.value = (await load[which]()).default
      language.value = which
      document.documentElement.lang = which
    },
    say(key: Key, values: Values = {}): string {
      return catalogue.value?.[key]?.(values) ?? ''
    },
  }
}

/** The clock time of an instant, as people of this language write it. */
export const clockTime = (at: number | string): string =>
  new Intl.DateTimeFormat(language.value === 'cy' ? 'cy-GB' : 'en-GB', { hour: '2-digit', minute: '2-digit' }).format(
    new Date(at),
  )

/** What is left, minutes and seconds: `2:05`. Rounded up, so that 0:00 is only shown when nothing is left. */
export function minutesAndSeconds(ms: number): string {
  const seconds = Math.ceil(ms / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
