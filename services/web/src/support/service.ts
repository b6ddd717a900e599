import type { MyShiftAnswer } from '@stillhere/contracts'
import { type Api, createApi } from '../shared/server/api.ts'
import type { Settings } from '../shared/server/settings.ts'
import type { Alert, Desk } from './desk/desk.ts'
import { createServiceDesk } from './desk/service-desk.ts'
import { isPractice, me, practice, standing } from './known.ts'

/* The way to the service, under the token of whoever is signed in, and the desk at which an alert is answered. */

let ask: Api | undefined
let serviceDesk: Desk | undefined
/** Of whoever is signed in; nowhere else in memory. */
export const credential: { token: string | undefined } = { token: undefined }

export const api: Api = (...request) => {
  if (ask === undefined) throw new Error('the console is not open yet')
  return ask(...request)
}

export function openService(settings: Settings): void {
  ask = createApi(settings.apiUrl, () => credential.token)
  serviceDesk = createServiceDesk(api, () => (me.value ? [me.value.key] : []))
}

export const deskOf = (alert: Alert): Desk => {
  const exercise = practice.value
  if (exercise && isPractice(alert)) return exercise
  if (serviceDesk === undefined) throw new Error('the console is not open yet')
  return serviceDesk
}

/** How this supporter stands, asked now and again. */
export async function askStanding(): Promise<void> {
  if (credential.token === undefined) return
  try {
    const { shift, debriefOpen, signedInUntil, toLog } = (await api<MyShiftAnswer>('GET', '/v1/shift')).body
    standing.value = {
      debriefOpen,
      toLog,
      signedInUntil: Date.parse(signedInUntil),
      numberState: shift.numberState,
    }
  } catch {
    // What was said last stands; a token that ended is noticed by the line.
  }
}
