import type { Language } from './languages.ts'

/**
 * What a notification says on a screen that anybody may look at: nothing of drugs, of anybody or of what the app is for.
 * The title is the name under the app's icon.
 */
export const pushWords: Readonly<Record<Language, { title: string; body: string }>> = {
  en: { title: 'Timer', body: 'A reminder is waiting' },
  cy: { title: 'Timer', body: 'Mae nodyn atgoffa yn aros' },
}
