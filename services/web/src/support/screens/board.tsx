import { BellRing, GraduationCap, HeartPulse, KeyRound, LogOut, Megaphone, NotebookPen, Siren, Volume2 } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { clockTime, minutesAndSeconds } from '../../shared/words/speak.ts'
import { claim, raise } from '../acting.ts'
import { logsToWrite, writeLogOf } from '../afterwards.ts'
import { askForNotifications, notificationState } from '../alarm/attention.ts'
import { sound, soundAllowed } from '../alarm/sound.ts'
import { situationOf } from '../alert/situation.ts'
import { prefer, setShift, signOut, startPractice } from '../console.ts'
import type { Alert, Card } from '../desk/desk.ts'
import {
  alerts,
  asking,
  byPasskey,
  feed,
  isMine,
  isOnShift,
  isPractice,
  mine,
  openedId,
  preferences,
  screen,
  serverNow,
  standing,
  tell,
  unreachable,
} from '../known.ts'
import { elapsed, named } from '../parts/clock.ts'
import { Key } from '../parts/key.tsx'
import { NumberHeard } from '../parts/number-heard.tsx'
import { Team } from '../parts/team.tsx'
import { say } from '../words.ts'
import { MyRota } from './my-rota.tsx'
import { Declined } from './takeover.tsx'

export function Board() {
  return (
    <div class="board">
      <section class="needs" aria-label={say('board.title')}>
        <Heading of="board">{say('board.title')}</Heading>
        <Sums />
        <Alerts />
        <LogsToWrite />
        <Cards />
      </section>
      <aside class="my-shift" aria-label={say('shift.mine')}>
        <MyShift />
      </aside>
    </div>
  )
}

/** At a glance, on a desk: how many there are of each. The cards below say who. */
function Sums() {
  if (feed.value === undefined) return null
  const { sessions, onShift } = feed.value
  const unowned = alerts.value.filter((alert) => alert.state === 'open' && !isPractice(alert)).length
  const asked = sessions.filter(({ state, raised }) => state === 'prompting' || raised).length
  const sums = [
    ['with', sessions.length, ''],
    ['asked', asked, asked > 0 ? 'asked' : ''],
    ['unowned', unowned, unowned > 0 ? 'unowned' : ''],
    ['onShift', onShift.length, ''],
  ] as const
  return (
    <dl class="sums">
      {sums.map(([what, count, kind]) => (
        <div key={what} class={kind}>
          <dt>{say(`sum.${what}`)}</dt>
          <dd class="number">{count}</dd>
        </div>
      ))}
    </dl>
  )
}

/** A log that was put off, or whose alert ended while this page was shut. */
function LogsToWrite() {
  if (logsToWrite.value.length === 0) return null
  return (
    <section class="card to-log">
      <h2>{say('log.waiting')}</h2>
      <ul class="plain">
        {logsToWrite.value.map((alert) => (
          <li key={alert.id}>
            <span>
              {named(alert.nickname)} <span class="small">{alert.closedAt && clockTime(alert.closedAt)}</span>
            </span>
            <button type="button" onClick={() => writeLogOf(alert)}>
              <Icon of={NotebookPen} size={20} /> {say('log.write', { nickname: named(alert.nickname) })}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Those that are not over; below them, in short, those that are. */
function Alerts() {
  const running = alerts.value.filter(({ state }) => state !== 'closed')
  const closed = alerts.value.filter(({ state }) => state === 'closed')
  return (
    <>
      {running.length > 0 && (
        <ul class="plain alerts">
          {running.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
      {closed.length > 0 && (
        <details class="closed">
          <summary>{say('board.closed', { count: closed.length })}</summary>
          <ul class="plain">
            {closed.map(({ id, code, nickname, outcome, closedAt, postRescueSessionId }) => (
              <li key={id} class="small">
                {closedAt && clockTime(closedAt)} · {code} · {named(nickname)} ·{' '}
                {say(`outcome.${outcome ?? 'abandoned'}`)}
                {postRescueSessionId && ` · ${say('board.watchGoesOn')}`}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  )
}

export function AlertRow({ alert }: { alert: Alert }) {
  const { help, called999At } = situationOf(alert)
  const isOpen = alert.state === 'open'
  return (
    <li class={`card alert-row ${alert.state} ${isMine(alert) ? 'mine' : ''}`}>
      <p class="row-head">
        <Icon of={Siren} />
        <strong>
          {isPractice(alert) && <span class="test-mark">{say('practice.mark')}</span>} {named(alert.nickname)}
        </strong>
        <span>{say('take.code', { code: alert.code })}</span>
        <span class="number">{elapsed(serverNow.value - Date.parse(alert.raisedAt))}</span>
      </p>
      <p>
        {isOpen
          ? say('row.nobody')
          : isMine(alert)
            ? say('row.mine')
            : say('row.owned', { name: alert.owner?.name ?? say('who.rescuer') })}{' '}
        {say(`help.${help}`)} {say(called999At === null ? 'row.not999' : 'row.called999')}
      </p>
      {isOpen && <Declined alert={alert} />}
      <p class="choices">
        {isOpen && (
          <button type="button" class="urgent" onClick={() => void claim(alert)}>
            {say('take.claim')} <Key of="c" />
          </button>
        )}
        <button
          type="button"
          onClick={() => {
            openedId.value = alert.id
          }}
        >
          {say('row.open', { code: alert.code })}
        </button>
      </p>
    </li>
  )
}

function Cards() {
  const [raising, setRaising] = useState<Card | undefined>(undefined)
  const cards = [...(feed.value?.sessions ?? [])].sort((one, other) => other.silentSeconds - one.silentSeconds)
  if (feed.value === undefined) return <p class="small">{say('line.opening')}</p>
  return (
    <>
      {cards.length === 0 && <p class="empty">{say('board.empty')}</p>}
      <ul class="plain cards">
        {cards.map((card) => (
          <SessionCard key={card.id} card={card} onRaise={() => setRaising(card)} />
        ))}
      </ul>
      {raising && (
        <Dialog title={say('raise.title', { nickname: named(raising.nickname) })} onClose={() => setRaising(undefined)}>
          <p>{say('raise.what')}</p>
          <div class="choices even">
            <button
              type="button"
              class="urgent"
              onClick={() => {
                void raise(raising.id)
                setRaising(undefined)
              }}
            >
              <Icon of={Megaphone} /> {say('raise.yes')}
            </button>
            <button type="button" onClick={() => setRaising(undefined)}>
              {say('raise.no')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  )
}

function SessionCard({ card, onRaise }: { card: Card; onRaise: () => void }) {
  const now = serverNow.value
  const lastAt = Date.parse(feed.value?.serverNow ?? card.startedAt) - card.silentSeconds * 1_000
  const untilDeadline = Date.parse(card.deadlineAt) - now
  const untilAlert = Date.parse(card.alertAt) - now
  const isWatch = card.kind === 'post-rescue'
  return (
    <li class={`card session ${card.state} ${card.raised ? 'raised' : ''} ${isWatch ? 'watch' : ''}`}>
      <p class="row-head">
        <strong>{named(card.nickname)}</strong>
        {isWatch && (
          <span class="after-rescue">
            <Icon of={HeartPulse} size={18} /> {say('card.watch')}
          </span>
        )}
        <span class="small">
          {say('card.started', { minutes: Math.floor((now - Date.parse(card.startedAt)) / 60_000) })}
        </span>
      </p>
      <p class="silence">
        <span class="number">{elapsed(now - lastAt)}</span>
        <span class="small">{say(isWatch && !card.answered ? 'card.notAnswered' : 'card.silent')}</span>
      </p>
      {isWatch && <p class="small">{say('card.watchWhat')}</p>}
      <p class="next">
        {card.state === 'alerting'
          ? say('card.alerting')
          : card.raised
            ? say('card.raised', { left: minutesAndSeconds(Math.max(0, untilAlert)) })
            : card.state === 'prompting' || untilDeadline <= 0
              ? say('card.prompting', { left: minutesAndSeconds(Math.max(0, untilAlert)) })
              : say('card.counting', { left: minutesAndSeconds(untilDeadline), time: clockTime(card.deadlineAt) })}
      </p>
      {card.state !== 'alerting' && !card.raised && (
        <button type="button" class="urgent" onClick={onRaise}>
          <Icon of={Megaphone} size={20} /> {say('card.raise')}
        </button>
      )}
    </li>
  )
}

function MyShift() {
  const isBusy = mine.value.length > 0
  return (
    <>
      <section class="card">
        <h2>{say('shift.mine')}</h2>
        <p class={`on-shift ${isOnShift.value ? 'on' : 'off'}`}>
          <span class="lamp" aria-hidden="true" /> {say(isOnShift.value ? 'shift.isOn' : 'shift.isOff')}
        </p>
        {standing.value?.debriefOpen && !isOnShift.value && <p class="small">{say('shift.resting')}</p>}
        {unreachable.value && standing.value?.numberState !== 'denied' && (
          <p class="small trouble-word">{say('shift.unreachable')}</p>
        )}
        <NumberHeard />
        {isOnShift.value ? (
          <>
            <button
              type="button"
              disabled={isBusy}
              onClick={async () => {
                if (await setShift(false, true)) tell(say('shift.off'))
              }}
            >
              {say('shift.leave')}
            </button>
            {isBusy && <p class="small">{say('shift.handOverFirst')}</p>}
          </>
        ) : (
          <button
            type="button"
            class="primary"
            onClick={() => {
              screen.value = 'shift'
            }}
          >
            {say('shift.begin')}
          </button>
        )}
      </section>
      <MyRota />
      <section class="card">
        <h2>{say('team.title')}</h2>
        <Team />
      </section>
      <section class="card">
        <h2>{say('heard.title')}</h2>
        <p class="small">{say(soundAllowed.value ? 'sound.on' : 'sound.blocked')}</p>
        <button type="button" onClick={() => sound('alert')}>
          <Icon of={Volume2} size={20} /> {say('sound.try')}
        </button>
        {notificationState.value === 'default' && (
          <button type="button" onClick={() => void askForNotifications()}>
            <Icon of={BellRing} size={20} /> {say('heard.notify')}
          </button>
        )}
        {notificationState.value !== 'default' && (
          <p class="small">{say(notificationState.value === 'granted' ? 'heard.granted' : 'heard.denied')}</p>
        )}
      </section>
      <section class="card">
        <h2>{say('practice.title')}</h2>
        <p class="small">{say('practice.what')}</p>
        <button type="button" disabled={asking.value.length > 0 || isBusy} onClick={startPractice}>
          <Icon of={GraduationCap} size={20} /> {say('practice.start')}
        </button>
      </section>
      <details class="more-of-me">
        <summary>{say('me.more')}</summary>
        <label class="choice">
          <input
            type="checkbox"
            checked={preferences.value.keys}
            onChange={({ currentTarget }) => void prefer({ keys: currentTarget.checked })}
          />
          <span>{say('me.keys')}</span>
        </label>
        <button
          type="button"
          onClick={() => {
            screen.value = 'passkey'
          }}
        >
          <Icon of={KeyRound} size={20} /> {say(byPasskey.value ? 'passkey.addSecond' : 'passkey.add')}
        </button>
        <button type="button" disabled={isBusy} onClick={() => void signOut()}>
          <Icon of={LogOut} size={20} /> {say('me.signOut')}
        </button>
        {!byPasskey.value && <p class="small">{say('me.noPasskey')}</p>}
      </details>
    </>
  )
}
