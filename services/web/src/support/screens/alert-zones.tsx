import { ArrowLeft, CheckCheck, ChevronsUp, CircleSlash, Hand, Handshake, Timer, Undo2 } from 'lucide'
import { useLayoutEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { clockTime, minutesAndSeconds } from '../../shared/words/speak.ts'
import { act, claim, isSending, mayTakeOver, takeOver } from '../acting.ts'
import { dutyWarnsMs } from '../alarm/attention.ts'
import { callOf, lastAnswerOf, lastOf, needs999, situationOf } from '../alert/situation.ts'
import { timelineOf } from '../alert/timeline.ts'
import { endPractice } from '../console.ts'
import type { Alert, Brief, StampKind } from '../desk/desk.ts'
import { dialog, mistakable, note, progressKeys, stamp, takeBack } from '../keyboard.ts'
import { alerts, asking, isMine, isPractice, me, openedId, practice, serverNow } from '../known.ts'
import { elapsed, named } from '../parts/clock.ts'
import { Key } from '../parts/key.tsx'
import { say } from '../words.ts'
import { AlertDialogs } from './alert-dialogs.tsx'
import { AlertRow } from './board.tsx'
import { BriefZone, useBrief } from './brief-zone.tsx'
import { Copilot } from './copilot.tsx'

/** On a phone one of them at a time; a laptop shows them all. */
const zones = ['brief', 'copilot', 'doing', 'timeline'] as const

/**
 * One alert: what the owner may know on the left, what to say to 999 in the middle, what has happened on the right. Once it
 * is over only what happened: no clock runs, and nobody is told what to say.
 */
export function AlertZones({ alert }: { alert: Alert }) {
  const [zone, setZone] = useState<(typeof zones)[number]>('copilot')
  const answer = useBrief(alert)
  // What was half said of one alert is not said of another.
  useLayoutEffect(
    () => () => {
      dialog.value = undefined
      note.value = ''
    },
    [alert.id],
  )
  const brief = answer.kind === 'opened' ? answer.brief : undefined
  const others = alerts.value.filter(({ id, state }) => id !== alert.id && state === 'open')
  const isTest = isPractice(alert)
  const isOver = alert.state === 'closed'
  return (
    <div class={`alert-zones ${isTest ? 'test' : ''}`}>
      {asking.value
        .filter(({ id }) => id !== alert.id)
        .map((other) => (
          <div key={other.id} class="banner another" role="alert">
            <p>
              <strong>{say('another.title')}</strong>{' '}
              {say(`reason.${other.reason}`, { nickname: named(other.nickname) })}
            </p>
            <button type="button" class="urgent" onClick={() => void claim(other)}>
              {say('take.claim')}
            </button>
          </div>
        ))}
      <Head alert={alert} />
      {needs999(alert, serverNow.value) && (
        <p class="now-999" role="alert">
          <strong>{say('now999.title')}</strong> <span>{say('now999.what')}</span>
        </p>
      )}
      {alert.requestedAt && !isOver && (
        <p class="banner asked" role="alert">
          {say('asked.what', { time: clockTime(alert.requestedAt) })}
        </p>
      )}
      {!isOver && (
        <fieldset class="zone-choice">
          <legend class="heard-only">{say('zone.which')}</legend>
          {zones.map((one) => (
            <button key={one} type="button" aria-pressed={zone === one} onClick={() => setZone(one)}>
              {say(`zone.${one}`)}
            </button>
          ))}
        </fieldset>
      )}
      <div class={isOver ? 'zones-over' : `zones show-${zone}`}>
        {!isOver && (
          <>
            <section class="zone brief" aria-label={say('zone.brief')}>
              <BriefZone alert={alert} answer={answer} />
            </section>
            <section class="zone copilot" aria-label={say('zone.copilot')}>
              <Copilot alert={alert} brief={brief} />
            </section>
          </>
        )}
        <section class="zone timeline" aria-label={say('zone.timeline')}>
          <Timeline alert={alert} brief={brief} />
        </section>
        {!isOver && (
          <section class="doing" aria-label={say('zone.doing')}>
            <Progress alert={alert} />
            <Ways alert={alert} />
          </section>
        )}
      </div>
      {others.length > 0 && (
        <ul class="plain alerts">
          {others.map((other) => (
            <AlertRow key={other.id} alert={other} />
          ))}
        </ul>
      )}
      <AlertDialogs alert={alert} brief={brief} />
    </div>
  )
}

/** The last part of the wait for a dose does not look like its beginning. */
const doseNearMs = 30_000
const doseState = (nextDoseAt: number | null, now: number): '' | 'near' | 'due' =>
  nextDoseAt === null || nextDoseAt - now > doseNearMs ? '' : nextDoseAt > now ? 'near' : 'due'

/** The numbers that matter are the largest things here. */
function Head({ alert }: { alert: Alert }) {
  const now = serverNow.value
  const { at, isAnswer } = lastAnswerOf(alert)
  const { doses, nextDoseAt } = situationOf(alert)
  const dutyLeft = alert.dutyUntilAt === undefined ? null : Date.parse(alert.dutyUntilAt) - now
  return (
    <div class="alert-head">
      <p class="back">
        <button
          type="button"
          class="link"
          onClick={() => {
            openedId.value = undefined
          }}
        >
          <Icon of={ArrowLeft} size={20} /> {say('alert.back')}
        </button>
        {isPractice(alert) && practice.value && (
          <button type="button" class="link" onClick={endPractice}>
            {say('practice.stop')}
          </button>
        )}
      </p>
      <div class="who">
        <Heading of={alert.id}>
          {isPractice(alert) && <span class="test-mark">{say('practice.mark')}</span>} {named(alert.nickname)}
        </Heading>
        <p>
          {say(`reason.${alert.reason}`, { nickname: named(alert.nickname) })} {say('take.code', { code: alert.code })}
        </p>
      </div>
      {alert.state === 'closed' ? (
        <p class="figure owner">
          <strong>{say(`outcome.${alert.outcome ?? 'abandoned'}`)}</strong>
          <span>{alert.closedAt && clockTime(alert.closedAt)}</span>
        </p>
      ) : (
        <p class="figure since">
          <span class="number">{elapsed(now - at)}</span>
          <span>{say(isAnswer ? 'since.answer' : 'since.alert')}</span>
        </p>
      )}
      {doses.length > 0 && alert.state !== 'closed' && (
        <p class={`figure dose ${doseState(nextDoseAt, now)}`} role="status">
          <span class="number" aria-hidden="true">
            {nextDoseAt !== null && nextDoseAt > now
              ? minutesAndSeconds(nextDoseAt - now)
              : elapsed(now - (doses.at(-1) ?? now))}
          </span>
          <span>
            {nextDoseAt !== null && nextDoseAt > now
              ? say('dose.next', { count: doses.length })
              : say('dose.due', { count: doses.length })}
          </span>
        </p>
      )}
      {isMine(alert) && dutyLeft !== null && (
        <p class={`figure duty ${dutyLeft < dutyWarnsMs ? 'short' : ''}`}>
          <span class="number">{minutesAndSeconds(Math.max(0, dutyLeft))}</span>
          <span>{say('duty.yours')}</span>
        </p>
      )}
      {!isMine(alert) && alert.state !== 'closed' && (
        <p class="figure owner">
          {alert.state === 'open' ? (
            <button type="button" class="claim small-claim" onClick={() => void claim(alert)}>
              <Icon of={Hand} /> {say('take.claim')} <Key of="c" />
            </button>
          ) : (
            <>
              <span>{say('row.owned', { name: alert.owner?.name ?? say('who.rescuer') })}</span>
              {mayTakeOver(alert) && (
                <button type="button" onClick={() => void takeOver(alert)}>
                  {say('do.takeOver')}
                </button>
              )}
            </>
          )}
        </p>
      )}
    </div>
  )
}

/** Each is one touch, one stamp. What was not acknowledged is not shown as recorded. */
function Progress({ alert }: { alert: Alert }) {
  const kinds = Object.keys(progressKeys) as StampKind[]
  const call = callOf(alert, me.value?.recipientId)
  return (
    <div class="progress">
      <h2>{say('zone.doing')}</h2>
      <div class="stamps">
        {kinds.map((kind) => {
          const last = lastOf(alert, kind)
          // Breathing or not: only what was said last is so now.
          const isPast =
            (kind === 'breathing' || kind === 'not-breathing') &&
            lastOf(alert, 'breathing', 'not-breathing')?.kind !== kind
          const busy = isSending(alert, 'progress', kind)
          // "I called" is said of somebody else only with their name.
          const at = (kind === 'called-999' ? call : last)?.at ?? ''
          const by = kind === 'called-999' && call && !call.isMine ? ` · ${call.name ?? say('who.rescuer')}` : ''
          return (
            <button
              key={kind}
              type="button"
              class={`stamp ${kind} ${last ? (isPast ? 'past' : 'done') : ''}`}
              aria-disabled={busy}
              onClick={() => void stamp(alert, kind)}
            >
              <span>
                {say(`kind.${kind}`)} <Key of={progressKeys[kind]} />
              </span>
              {(busy || last) && <span class="small">{busy ? say('progress.sending') : clockTime(at) + by}</span>}
            </button>
          )
        })}
      </div>
      {/* Its place is kept, so that nothing below moves under a finger; only the latest, which is what its key takes back. */}
      <div class="mistake-place">
        {mistakable(alert)
          .slice(0, 1)
          .map((line) => (
            <p key={line.id} class="mistake">
              <span>
                {say(`kind.${line.kind as StampKind}`)} · {clockTime(line.at)}
              </span>
              <button type="button" onClick={() => void takeBack(alert, line)}>
                <Icon of={Undo2} size={20} /> {say('progress.mistake')} <Key of="u" />
              </button>
            </p>
          ))}
      </div>
      <label>
        {say('progress.note')}
        <input
          type="text"
          maxLength={500}
          autocomplete="off"
          value={note.value}
          onInput={({ currentTarget }) => {
            note.value = currentTarget.value
          }}
        />
        <span class="why">{say('progress.noteWhy')}</span>
      </label>
    </div>
  )
}

/** The latest first: what happens while somebody reads is seen without looking for it. */
function Timeline({ alert, brief }: { alert: Alert; brief: Brief | undefined }) {
  const nameOf = (id: string) => brief?.rescuers.find((one) => one.id === id)?.name
  const lines = timelineOf(alert, nameOf).reverse()
  return (
    <>
      <h2>{say('zone.timeline')}</h2>
      <ol class="story" reversed>
        {lines.map(({ at, what, name, by, withdrawn, of }) => (
          <li key={`${at} ${what} ${name ?? ''}`} class={withdrawn ? 'withdrawn' : ''}>
            <time dateTime={new Date(at).toISOString()}>
              {new Date(at).toLocaleTimeString('en-GB', { hour12: false })}
            </time>
            <span>
              {withdrawn ? <s>{say(`line.at.${what}`)}</s> : say(`line.at.${what}`)}
              {of && ` ${say(`line.at.${of}`)}`}
              {withdrawn && <span class="small"> · {say('line.mistake')}</span>}
              {(name ?? by) && <span class="small"> · {name ?? say(`who.${by ?? 'rescuer'}`)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

/** What the owner may do with it as a whole. */
function Ways({ alert }: { alert: Alert }) {
  if (!isMine(alert)) return null
  const open = (which: typeof dialog.value) => () => {
    dialog.value = which
  }
  return (
    <div class="ways">
      <button type="button" onClick={() => void act(alert, { what: 'escalate' })}>
        <Icon of={ChevronsUp} size={20} /> {say('do.escalate')} <Key of="m" />
      </button>
      <button type="button" onClick={open('hand-over')}>
        <Icon of={Handshake} size={20} /> {say('do.handOver')} <Key of="h" />
      </button>
      <button type="button" onClick={open('stand-down')}>
        <Icon of={CircleSlash} size={20} /> {say('do.standDown')} <Key of="s" />
      </button>
      <button type="button" class="all-clear" onClick={open('all-clear')}>
        <Icon of={CheckCheck} size={20} /> {say('do.allClear')} <Key of="a" />
      </button>
      <p class="small duty-what">
        <Icon of={Timer} size={18} /> {say('duty.what')}
      </p>
    </div>
  )
}
