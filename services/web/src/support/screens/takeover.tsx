import { BellRing, Hand, TriangleAlert } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { claim, decline, isSending } from '../acting.ts'
import { soundAllowed } from '../alarm/sound.ts'
import { declinedBy, lastAnswerOf } from '../alert/situation.ts'
import type { Alert } from '../desk/desk.ts'
import { asking, isPractice, line, serverNow } from '../known.ts'
import { elapsed, named } from '../parts/clock.ts'
import { Key } from '../parts/key.tsx'
import { Notice, Trial } from '../parts/top.tsx'
import { say } from '../words.ts'

/** Nobody has this alert: the whole window, one button. */
export function Takeover({ alert }: { alert: Alert }) {
  const more = asking.value.length - 1
  const isTest = isPractice(alert)
  const { at, isAnswer } = lastAnswerOf(alert)
  const busy = isSending(alert, 'claim')
  return (
    <div class={`takeover ${isTest ? 'test' : ''}`}>
      <Notice onlyTrouble />
      <main>
        <p class="bell">
          <Icon of={BellRing} size={40} /> {isTest && <strong class="test-mark">{say('practice.mark')}</strong>}
        </p>
        <Heading of={alert.id}>{say('take.title')}</Heading>
        <p class="lead">
          {say(`reason.${alert.reason}`, { nickname: named(alert.nickname) })} {say('take.code', { code: alert.code })}
        </p>
        <p class="figure">
          <span class="number">{elapsed(serverNow.value - at)}</span>
          <span>{say(isAnswer ? 'since.answer' : 'since.alert')}</span>
        </p>
        {alert.nobodyNotified && (
          <p class="only-you" role="alert">
            <Icon of={TriangleAlert} /> {say('take.onlyYou')}
          </p>
        )}
        <button type="button" class="claim" disabled={busy} onClick={() => void claim(alert)}>
          <Icon of={Hand} size={36} /> {busy ? say('take.claiming') : say('take.claim')} <Key of="c" />
        </button>
        <button type="button" class="link" onClick={() => decline(alert)}>
          {say('take.decline')} <Key of="d" />
        </button>
        <p class="small">{say('take.declineWhat')}</p>
        <Declined alert={alert} />
        {more > 0 && <p class="more">{say('take.more', { count: more })}</p>}
        {!soundAllowed.value && <p class="small">{say('sound.blocked')}</p>}
        {line.value !== 'live' && !isTest && <p class="small">{say(`line.${line.value}.title`)}</p>}
        <Trial />
      </main>
    </div>
  )
}

/** Who else cannot: whoever reads it knows that fewer are left. */
export function Declined({ alert }: { alert: Alert }) {
  const names = declinedBy(alert)
  if (names.length === 0) return null
  return <p class="small">{say('row.declined', { names: names.join(', ') })}</p>
}
