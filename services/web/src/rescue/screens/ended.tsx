import { Phone } from 'lucide'
import { Icon } from '../../person/parts/icon.tsx'
import { alertCode, noted, tryAgain } from '../alert/alert.ts'
import { Frame } from '../parts/frame.tsx'
import { say, type Word } from '../words.ts'
import { HandoverCard } from './handover.tsx'

/** Over: said plainly. The times for the crew stay until the page is left. */
export function ClosedScreen() {
  const code = alertCode.value
  return (
    <Frame title={code ? say('closed.titleCode', { code }) : say('closed.title')} kind="closed">
      <p class="lead">{say('closed.what')}</p>
      <p>{say('closed.with')}</p>
      <Emergency />
      {noted.value.length > 0 && (
        <section class="card" aria-labelledby="card">
          <h2 id="card">{say('hand.title')}</h2>
          <HandoverCard />
        </section>
      )}
      <p class="small">{say('closed.nothing')}</p>
    </Frame>
  )
}

const nothing: Record<'gone' | 'unknown' | 'silent', { title: Word; what: Word }> = {
  gone: { title: 'gone.title', what: 'gone.what' },
  unknown: { title: 'unknown.title', what: 'unknown.what' },
  silent: { title: 'silent.title', what: 'silent.what' },
}

/** The page has nothing to show: why, and what still works. */
export function NothingScreen({ why }: { why: keyof typeof nothing }) {
  return (
    <Frame
      title={say(nothing[why].title)}
      next={
        why === 'silent' && (
          <button type="button" class="primary" onClick={() => void tryAgain()}>
            {say('page.again')}
          </button>
        )
      }
    >
      <p class="lead">{say(nothing[why].what)}</p>
      {why !== 'gone' && <p>{say('nothing.text')}</p>}
      <Emergency />
    </Frame>
  )
}

function Emergency() {
  return (
    <p>
      {say('first.emergency')}{' '}
      <a href="tel:999">
        <Icon of={Phone} size={20} /> {say('first.ring999')}
      </a>
    </p>
  )
}
