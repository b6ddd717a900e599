import { CarFront, X } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { alertCode, area, brief, inTouch, isSending, lastReply, othersGoing, press, standing } from '../alert/alert.ts'
import { SafeButton } from '../parts/confirm-safe.tsx'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { Emergency } from './nothing.tsx'

/** So that nobody thinks that they are the only one, or that they are not needed. */
export function OthersGoing() {
  const n = othersGoing.value
  return n > 0 ? <p>{say(n === 1 ? 'others.one' : 'others.more', { n })}</p> : null
}

/** The least that somebody must know to decide. The address comes with "I'm going". */
export function FirstScreen() {
  const said = lastReply.value
  const going = said === 'going' || said === 'there'
  return (
    <Frame
      title={area.value ? say('first.near', { area: area.value }) : say('first.title')}
      kind="first"
      next={
        <>
          <button type="button" class="primary" disabled={going} onClick={() => press('going')}>
            <Icon of={CarFront} size={28} /> {say(said === 'cannot' ? 'reply.goingAfterAll' : 'reply.going')}
          </button>
          {said !== 'cannot' && (
            <button type="button" onClick={() => press('cannot')}>
              <Icon of={X} /> {say('reply.cannot')}
            </button>
          )}
        </>
      }
    >
      {said === 'cannot' ? (
        <p class="lead">{say('first.cannot')}</p>
      ) : going && brief.value ? (
        // The screen that says it better is still on its way: where to go waits for nothing.
        <p class="lead where">{brief.value.address}</p>
      ) : going ? (
        <p class="lead">{say(isSending.value && !inTouch.value ? 'first.addressWaits' : 'first.addressComes')}</p>
      ) : (
        <>
          <p class="lead">{say('first.what')}</p>
          <p>{say(standing.value === 'owned' ? 'first.owned' : 'first.open')}</p>
        </>
      )}
      <OthersGoing />
      {alertCode.value && <p class="code">{say('first.code', { code: alertCode.value })}</p>}
      <Emergency />
      <SafeButton />
    </Frame>
  )
}
