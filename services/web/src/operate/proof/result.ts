import type { SyntheticAlertsAnswer } from '@stillhere/contracts'
import type { Word } from '../words.ts'

/* A test of the alarm path as it is said here. Pure. */

export type Proof = SyntheticAlertsAnswer['syntheticAlerts']
export type Result = Proof['results'][number]

/** The hops in their order, with the milliseconds from when the alert was due; undefined: it did not get there. */
export const hopKeys = ['raisedMs', 'acceptedMs', 'deliveredMs', 'repliedMs', 'claimedMs'] as const

export interface Hop {
  key: (typeof hopKeys)[number]
  ms: number | undefined
  /** Since the hop before that is known. Receipts may come after the reply: then it is not said. */
  sinceMs: number | undefined
}

export function hopsOf({ hops }: Result): Hop[] {
  let before = 0
  return hopKeys.map((key) => {
    const ms = hops[key]
    const sinceMs = ms === undefined || ms < before ? undefined : ms - before
    if (ms !== undefined && ms > before) before = ms
    return { key, ms, sinceMs }
  })
}

/** Why a drill cannot be run now. */
export function whyNoDrill({ handset, results }: Proof): Word | undefined {
  if (handset === null) return 'proof.noHandset'
  if (results[0]?.outcome === 'running') return 'proof.runs'
  return handset.ready ? undefined : 'proof.notReady'
}

export interface ProofForm {
  isOn: boolean
  everyMinutes: string
  boundSeconds: string
  /** Empty: the handset stays as it is. */
  number: string
}

export const formOf = ({ everyMinutes, boundSeconds }: Proof): ProofForm => ({
  isOn: everyMinutes !== null,
  everyMinutes: String(everyMinutes ?? 30),
  boundSeconds: String(boundSeconds),
  number: '',
})

const between = (text: string, least: number, most: number): boolean =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

/** What cannot be sent as it is; the service decides all the same. */
export function wrongWith(form: ProofForm, hasHandset: boolean): Word | undefined {
  if (form.isOn && !between(form.everyMinutes, 5, 1_440)) return 'proof.everyWrong'
  if (!between(form.boundSeconds, 30, 600)) return 'proof.boundWrong'
  if (form.isOn && !hasHandset && form.number.trim() === '') return 'proof.needsHandset'
  return undefined
}
