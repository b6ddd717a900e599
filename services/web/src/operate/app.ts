import { batch, computed, signal } from '@preact/signals'
import { type MeAnswer, mayDo, type Power, type ServiceView } from '@stillhere/contracts'
import { kept } from '../shared/kept/kept.ts'
import { createNotice } from '../shared/parts/notice.ts'
import { type Api, createApi, NoAnswerError, RefusedError } from '../shared/server/api.ts'
import { persistently } from '../shared/server/persistently.ts'
import { loadSettings } from '../shared/server/settings.ts'
import { credentialStore, passkeyTrouble, takeInvitationFromAddress } from '../shared/sign-in/credential.ts'
import { addPasskey, signInByPasskey } from '../shared/sign-in/passkey.ts'
import { type Language, preferredLanguage } from '../shared/words/speak.ts'
import { speakWhatComes } from '../shared/words/speak-what-comes.ts'
import { forgetAnswers } from './parts/answers.ts'
import { forgetDrafts, hasUnsaved } from './parts/draft.ts'
import { listenToPlace, type Page, pages } from './place.ts'
import { say, speak } from './words.ts'

/*
 * What the whole console shares: who is signed in, what they may do, and how the service is asked. Nothing of anybody's
 * alert depends on this page.
 */

export type Screen = 'loading' | 'offline' | 'sign-in' | 'passkey' | 'open'

const preferencesStore = kept<{ language?: Language }>('operate-preferences')

export const screen = signal<Screen>('loading')
export const service = signal<ServiceView | undefined>(undefined)
export const who = signal<MeAnswer | undefined>(undefined)
export const byPasskey = signal(false)
/** The credential ended while a page was open: whoever sits here signs in over it, and nothing typed is lost. */
export const isSignedOut = signal(false)
export const { notice, tell } = createNotice(8_000)
/** The service did not answer the last time it was asked. */
export const isAway = signal(false)

const role = computed(() => who.value?.me.role)
/** What a role may not do is not offered. The service decides all the same. */
export const may = (power: Power): boolean => mayDo(role.value, power)

/** Whether a page is this role's to see. */
export const maySee = (page: Page): boolean => pages[page].some(may)

let token: string | undefined
let askIt: Api | undefined

/** Who was told to ask, asks; and whether anybody answers is known. */
export const api: Api = async (...request) => {
  if (askIt === undefined) throw new Error('the console is not open yet')
  try {
    const answer = await askIt(...request)
    isAway.value = false
    return answer as never
  } catch (error) {
    isAway.value = error instanceof NoAnswerError
    if (error instanceof RefusedError && error.status === 401 && screen.value === 'open') await whyRefused()
    throw error
  }
}

/** A role that may not do something gets the same 401 as nobody: only the second ends the sign-in. */
async function whyRefused(): Promise<void> {
  try {
    who.value = (await askIt?.<MeAnswer>('GET', '/v1/me'))?.body
  } catch (error) {
    if (error instanceof RefusedError && error.status === 401) isSignedOut.value = true
  }
}

export const ask = async <T>(path: string): Promise<T> => (await api<T>('GET', path)).body

/** A change. It is sent again when nothing answers, as the same command: it happens once. */
export const send = <T>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: object = {}): Promise<T> =>
  persistently(async (commandId) => (await api<T>(method, path, { commandId, ...body })).body)

export async function speakFirst(): Promise<void> {
  await speakWhatComes(speak, preferredLanguage((await preferencesStore.load())?.language))
}

export async function begin(): Promise<void> {
  const invitation = takeInvitationFromAddress()
  listenToPlace()
  // Another invitation, opened where the console is open already.
  addEventListener('hashchange', () => {
    if (!location.hash.startsWith('#/') && location.hash.length > 1) location.reload()
  })
  addEventListener('beforeunload', (event) => {
    if (hasUnsaved()) event.preventDefault()
  })
  try {
    askIt = createApi((await loadSettings()).apiUrl, () => token)
  } catch {
    screen.value = 'offline'
    return
  }
  setInterval(() => void askService(), 30_000)
  void askService()
  const known = await credentialStore.load()
  if (invitation !== undefined) return takeInvitation(invitation)
  if (known === undefined) {
    screen.value = 'sign-in'
    return
  }
  token = known.token
  byPasskey.value = known.byPasskey
  await enter()
}

async function takeInvitation(invitation: string): Promise<void> {
  try {
    await signedIn((await api<{ token: string }>('POST', '/v1/sign-in', { invitation })).body.token, false)
    screen.value = 'passkey'
  } catch (error) {
    const isUsed = error instanceof RefusedError
    // Whoever opens the old link again is mostly signed in already.
    const known = isUsed ? await credentialStore.load() : undefined
    if (known) {
      token = known.token
      byPasskey.value = known.byPasskey
      return enter()
    }
    screen.value = 'sign-in'
    tell(say(isUsed ? 'signIn.used' : 'said.noAnswer'), true)
  }
}

async function signedIn(fresh: string, withPasskey: boolean): Promise<void> {
  await credentialStore.save({ token: fresh, byPasskey: withPasskey })
  token = fresh
  byPasskey.value = withPasskey
}

/** With a credential: who is it, and what may they do. */
export async function enter(): Promise<void> {
  try {
    who.value = await persistently(() => ask<MeAnswer>('/v1/me'))
    batch(() => {
      screen.value = 'open'
      isSignedOut.value = false
      notice.value = undefined
    })
  } catch (error) {
    if (error instanceof RefusedError && error.status === 401) return signOut('signIn.ended')
    tell(say('said.noAnswer'), true)
    screen.value = 'offline'
  }
}

export async function signOut(because?: 'signIn.ended'): Promise<void> {
  token = undefined
  await credentialStore.remove()
  batch(() => {
    who.value = undefined
    forgetAnswers()
    forgetDrafts()
    isSignedOut.value = false
    screen.value = 'sign-in'
    notice.value = undefined
    if (because) tell(say(because), true)
  })
}

export async function makePasskey(): Promise<boolean> {
  try {
    await signedIn(await addPasskey(api), true)
    tell(say('passkey.kept'))
    return true
  } catch (error) {
    tell(say(passkeyTrouble(error)), true)
    return false
  }
}

export async function usePasskey(): Promise<void> {
  try {
    await signedIn(await signInByPasskey(api), true)
    await enter()
  } catch (error) {
    tell(say(passkeyTrouble(error)), true)
  }
}

async function askService(): Promise<void> {
  try {
    service.value = (await askIt?.<ServiceView>('GET', '/v1/service'))?.body
  } catch {
    // What was said last stands: it says whether this is a trial, and languages.
  }
}

export async function speakIn(language: Language): Promise<void> {
  try {
    await speak(language)
  } catch {
    // A language that cannot be fetched now is not chosen either.
    return tell(say('said.noAnswer'), true)
  }
  await preferencesStore.save({ language })
}
