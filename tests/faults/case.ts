import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { inspect } from 'node:util'
import type { Verdict } from './check-history.ts'
import { Crowd } from './crowd.ts'
import { type FaultyStack, type FaultyStackOptions, startFaultyStack } from './faulty-stack.ts'

/** What a case found, as `npm run faults -- --json` prints it. */
export interface CaseResult {
  id: string
  ok: boolean
  missed: number
  early: number
  doubled: number
  latenessMaxMs: number
  note: string
}

export interface CaseContext {
  /** The row's whole scale, by hand; otherwise what fits into minutes. */
  full: boolean
  say: (line: string) => void
}

/** One row of the fault table: how it is made, and what must be true afterwards. */
export interface FaultCase {
  id: string
  /** The row in a sentence. */
  what: string
  /** Mostly waits: may run beside others that do. */
  waits?: true
  run(context: CaseContext): Promise<Found>
}

export interface Found {
  verdict: Verdict
  /** What the row asks for beyond K1 to K8 and was not so, a sentence each. */
  broken: string[]
  /** Figures worth knowing. */
  figures: string
}

/** A stack of its own, a crowd on it, and afterwards the question whether any process fell over by itself. */
export async function onFaultyStack(
  options: FaultyStackOptions,
  work: (stack: FaultyStack, crowd: Crowd, broken: string[]) => Promise<Omit<Found, 'broken'>>,
): Promise<Found> {
  const stack = await startFaultyStack(options)
  const broken: string[] = []
  try {
    const found = await work(stack, new Crowd(stack), broken)
    broken.push(...stack.unexpectedEndings(), ...stack.uncaught())
    return { ...found, broken }
  } finally {
    await stack.stop()
  }
}

/** Runs a case; one that throws has failed and says why. */
export async function runCase(fault: FaultCase, context: CaseContext): Promise<CaseResult> {
  const startedAt = performance.now()
  const took = () => `${Math.round((performance.now() - startedAt) / 100) / 10} s`
  try {
    const { verdict, broken, figures } = await fault.run(context)
    const { missed, early, doubled, lost, latenessMaxMs, problems } = verdict
    const wrong = [...new Set([...(lost > 0 ? [`${lost} acknowledged writes lost`] : []), ...broken, ...problems])]
    const load = `load ${loadavg()[0]?.toFixed(0)} on ${availableParallelism()} cores`
    const note = [wrong.length > 0 ? `WRONG: ${wrong.slice(0, 6).join('; ')}` : '', figures, took(), load]
    return {
      id: fault.id,
      ok: missed + early + doubled === 0 && wrong.length === 0,
      missed,
      early,
      doubled,
      latenessMaxMs,
      note: note.filter((part) => part !== '').join(' · '),
    }
  } catch (error) {
    const reason = error instanceof Error ? error : new Error(String(error))
    context.say(inspect(reason))
    return {
      id: fault.id,
      ok: false,
      missed: 0,
      early: 0,
      doubled: 0,
      latenessMaxMs: 0,
      note: `threw: ${reason.message} · ${took()}`,
    }
  }
}

/** Waits for an instant of the clock. */
export const untilAt = (at: number): Promise<void> => pause(Math.max(0, at - Date.now()))
