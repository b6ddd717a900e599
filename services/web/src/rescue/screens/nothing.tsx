import { Phone } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { goOnWithoutNetwork, mayGoOn, tryAgain } from '../alert/alert.ts'
import { Frame } from '../parts/frame.tsx'
import { say, type Word } from '../words.ts'

const reasons: Record<'over' | 'expired' | 'unknown' | 'silent', { title: Word; what: Word }> = {
  over: { title: 'over.title', what: 'over.what' },
  expired: { title: 'expired.title', what: 'expired.what' },
  unknown: { title: 'unknown.title', what: 'unknown.what' },
  silent: { title: 'silent.title', what: 'silent.what' },
}

/** The page has nothing to show: why, and what still works. */
export function NothingScreen({ why }: { why: keyof typeof reasons }) {
  return (
    <Frame
      title={say(reasons[why].title)}
      next={
        why === 'silent' && (
          <>
            <button type="button" class="primary" onClick={() => void tryAgain()}>
              {say('page.again')}
            </button>
            {mayGoOn() && (
              <button type="button" onClick={goOnWithoutNetwork}>
                {say('address.next')}
              </button>
            )}
          </>
        )
      }
    >
      <p class="lead">{say(reasons[why].what)}</p>
      {why === 'silent' && <p>{say('nothing.text')}</p>}
      <Emergency when={why === 'over' ? 'closed.with' : 'first.emergency'} />
    </Frame>
  )
}

/** The way to 999, which somebody presses themselves. */
export function Emergency({ when = 'first.emergency' }: { when?: Word }) {
  return (
    <p>
      {say(when)}{' '}
      <a href="tel:999">
        <Icon of={Phone} size={20} /> {say('first.ring999')}
      </a>
    </p>
  )
}
