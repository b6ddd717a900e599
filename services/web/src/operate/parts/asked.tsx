import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { ask } from '../app.ts'
import { say } from '../words.ts'
import { lastAnswers } from './answers.ts'
import { Trouble } from './trouble.tsx'

export interface Asked<T> {
  body: T | undefined
  trouble: unknown
  again: () => Promise<void>
  /** The same, for who needs it at once. @throws what went wrong */
  newest: () => Promise<T>
}

/** Asks when the page opens, and then every so often where it says so. Without a path nothing is asked. */
export function useAsked<T>(path: string | undefined, everyMs?: number): Asked<T> {
  const [state, setState] = useState<{ path?: string | undefined; body?: T; trouble?: unknown }>({})
  const current = useRef(path)
  current.current = path
  const newest = async (): Promise<T> => {
    if (path === undefined) throw new Error('there is nothing to ask')
    const body = await ask<T>(path)
    lastAnswers.set(path, body)
    if (current.current === path) setState({ path, body })
    return body
  }
  const again = async () => {
    try {
      if (path !== undefined) await newest()
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
  return { body, trouble: known.trouble, again, newest }
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
