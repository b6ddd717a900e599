import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../app.ts'
import { say } from '../words.ts'
import { Trouble } from './trouble.tsx'

/** What was answered last, by path: coming back to a page shows it at once while it is asked anew. */
const lastAnswers = new Map<string, unknown>()
/** Of another person. */
export const forgetAnswers = (): void => lastAnswers.clear()

export interface Asked<T> {
  body: T | undefined
  trouble: unknown
  again: () => Promise<void>
}

/** Asks when the page opens, and then every so often where it says so. Without a path nothing is asked. */
export function useAsked<T>(path: string | undefined, everyMs?: number): Asked<T> {
  const [state, setState] = useState<{ path?: string | undefined; body?: T; trouble?: unknown }>({})
  const current = useRef(path)
  current.current = path
  const again = async () => {
    if (path === undefined) return
    try {
      const body = await ask<T>(path)
      lastAnswers.set(path, body)
      if (current.current === path) setState({ path, body })
    } catch (trouble) {
      if (current.current === path) setState((before) => ({ ...before, path, trouble }))
    }
  }
  useEffect(() => {
    void again()
    if (everyMs === undefined || path === undefined) return undefined
    const timer = setInterval(() => void again(), everyMs)
    return () => clearInterval(timer)
  }, [path, everyMs])
  const known = state.path === path ? state : {}
  const body = known.body ?? (path === undefined ? undefined : (lastAnswers.get(path) as T | undefined))
  return { body, trouble: known.trouble, again }
}

/** The answer, or that it is on its way, or why it is not here. */
export function Answered<T>({ of, children }: { of: Asked<T>; children: (body: T) => ComponentChildren }) {
  return (
    <>
      {of.trouble !== undefined && <Trouble of={of.trouble} onAgain={of.again} />}
      {of.body !== undefined && children(of.body)}
      {of.body === undefined && of.trouble === undefined && <p class="small">{say('app.loading')}</p>}
    </>
  )
}
