import { signal } from '@preact/signals'
import type { Language } from '../words/speak.ts'

/*
 * What to do for somebody who cannot be woken is content, not code: one file per region and language, each entry with its
 * sources and the day by which it must be read again. Which step follows which is in `screens/step.tsx`.
 */

export const stepNames = [
  'wake',
  'ring',
  'airway',
  'breaths',
  'naloxone',
  'again',
  'recovery',
  'stay',
  'awake',
] as const
export type StepName = (typeof stepNames)[number]

export interface Entry {
  title: string
  /** One sentence. */
  say: string
  more: string[]
  /** What the picture shows, for whoever does not see it. */
  picture: string
  sources: { name: string; url: string }[]
  /** ISO date on which the sources were read and the entry was written. */
  writtenOn: string
  /** ISO date by which somebody must read it again. */
  reviewBy: string
}

export interface Guidance {
  region: string
  language: Language
  /** From when to when the next dose is due. */
  doseFromSeconds: number
  doseToSeconds: number
  /** What to say to 999, before and after the address. */
  script: { open: string[]; address: string; way: string; pets: string; close: string[] }
  /** What the crew should be given and told. */
  handOver: string[]
  entries: Record<StepName, Entry>
}

const files = {
  en: () => import('./gb.en.json'),
  cy: () => import('./gb.cy.json'),
}

export const guidance = signal<Guidance | undefined>(undefined)

const pauseMs = 3_000

/** Loads the steps, again and again until they are here: a rescuer must have them before the lift takes the signal. */
export async function loadGuidance(language: Language): Promise<void> {
  for (;;) {
    try {
      const file = (await files[language]()).default as Guidance
      guidance.value = file
      return
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pauseMs))
    }
  }
}
