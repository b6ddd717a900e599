import { LogOut, TriangleAlert } from 'lucide'
import type { ComponentChildren, RefObject } from 'preact'
import { useLayoutEffect, useRef } from 'preact/hooks'
import { keepsNothing } from '../../shared/kept/kept.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { leavePage } from '../../shared/page/leave-page.ts'
import { language } from '../../shared/words/speak.ts'

import { service, serviceFresh } from '../app.ts'
import { say } from '../words.ts'

/**
 * A new screen begins at its top before it is seen, so that no touch falls on what stood elsewhere; a screen reader and
 * the keyboard begin at what is read or pressed first. Another language is no new screen.
 * @param of what changes when the screen does
 */
export function useArrival(first: RefObject<HTMLElement | null>, of: string): void {
  const spoken = useRef(language.value)
  useLayoutEffect(() => {
    const isTranslated = spoken.current !== language.value
    spoken.current = language.value
    if (isTranslated) return
    window.scrollTo(0, 0)
    first.current?.focus({ preventScroll: true })
  }, [of, language.value])
}

export function Trial() {
  if (!service.value?.trial) return null
  return (
    <p class="trial">
      <Icon of={TriangleAlert} size={18} /> {say('app.trial')}
    </p>
  )
}

/** What every screen has: the way out, the word that this is a trial, one heading that is read first. */
export function Frame(of: {
  title: string
  children: ComponentChildren
  /** Above the heading: what must be found before anything is read. */
  before?: ComponentChildren
  actions?: ComponentChildren
  kind?: string
  quietTitle?: boolean
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  useArrival(heading, of.title)
  return (
    <div class={`frame ${of.kind ?? ''}`}>
      <header>
        <Trial />
        <button type="button" class="leave" onClick={leavePage}>
          <Icon of={LogOut} size={20} /> {say('app.leave')}
        </button>
      </header>
      <main>
        <NotKept during={of.kind === 'counting'} />
        {of.before}
        <h1 ref={heading} tabIndex={-1} class={of.quietTitle ? 'heard-only' : ''}>
          {of.title}
        </h1>
        {of.children}
      </main>
      {of.actions && <footer class="actions">{of.actions}</footer>}
    </div>
  )
}

/** True, live: somebody is on shift, or nobody is, or we do not know. */
export function WhoIsHere() {
  const known = serviceFresh.value ? service.value : undefined
  const word = known === undefined ? 'someone.unknown' : known.someoneHere ? 'someone.here' : 'someone.timer'
  return (
    <p class={`who-is-here ${known?.someoneHere ? 'here' : ''}`} role="status">
      <span class="lamp" aria-hidden="true" /> {say(word)}
    </p>
  )
}

/** What is lost with this page, where the browser keeps nothing. `during`: a timer runs, and there is little room. */
function NotKept({ during }: { during: boolean }) {
  if (!keepsNothing.value) return null
  return <Trouble>{say(during ? 'kept.notDuring' : 'kept.not')}</Trouble>
}

export function Trouble({ children }: { children: ComponentChildren }) {
  return (
    <p class="trouble" role="alert">
      <Icon of={TriangleAlert} /> <span>{children}</span>
    </p>
  )
}
