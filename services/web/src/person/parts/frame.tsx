import { LogOut, TriangleAlert } from 'lucide'
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { keepsNothing } from '../../shared/kept/kept.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { leavePage } from '../../shared/page/leave-page.ts'
import { service, serviceFresh } from '../app.ts'
import { say } from '../words.ts'

/** What every screen has: the way out, the word that this is a trial, one heading that is read first. */
export function Frame(of: {
  title: string
  children: ComponentChildren
  actions?: ComponentChildren
  kind?: string
  quietTitle?: boolean
}) {
  const heading = useRef<HTMLHeadingElement>(null)
  // A screen reader begins at the heading of a new screen.
  useEffect(() => heading.current?.focus({ preventScroll: true }), [of.title])
  return (
    <div class={`frame ${of.kind ?? ''}`}>
      <header>
        {service.value?.trial && (
          <p class="trial">
            <Icon of={TriangleAlert} size={18} /> {say('app.trial')}
          </p>
        )}
        <button type="button" class="leave" onClick={leavePage}>
          <Icon of={LogOut} size={20} /> {say('app.leave')}
        </button>
      </header>
      <main>
        <NotKept during={of.kind === 'counting'} />
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
