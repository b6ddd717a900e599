import { isLanguage, type Language } from '@stillhere/domain'

/** What a device said it reads; English where it said nothing, or a language we do not speak yet. */
export const languageOf = (told: string | undefined): Language => (told !== undefined && isLanguage(told) ? told : 'en')
