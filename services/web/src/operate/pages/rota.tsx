import type { RotaAnswer, SupportersAnswer } from '@stillhere/contracts'
import { ArrowLeft, ArrowRight, CalendarPlus, Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { weekdayAndDay } from '../parts/when.ts'
import { keep, place } from '../place.ts'
import { Days } from '../rota/days.tsx'
import { Flags } from '../rota/flags.tsx'
import { type Planned, ShiftForm } from '../rota/shift-form.tsx'
import { Swaps } from '../rota/swaps.tsx'
import { addDays, wallClock } from '../rota/wall-clock.ts'
import { sayDates, sayHours, WeeklyShifts } from '../rota/weekly-shifts.tsx'
import { say } from '../words.ts'

const path = '/v1/operate/rota'
const everyMs = 15_000
const shownDays = 14

type Pattern = RotaAnswer['patterns'][number]
type Shift = RotaAnswer['shifts'][number]
type Exception = RotaAnswer['exceptions'][number]

/** What is asked before it is done. */
type Open =
  | { what: 'plan'; planned: Planned }
  | { what: 'end'; pattern: Pattern }
  | { what: 'off'; shift: Shift }
  | { what: 'drop'; exceptionId: string }

/** Who is expected when. Nobody is put on shift by it: a person says that they are fit. */
export default function RotaPage() {
  // A day is no name: it may stand in the address.
  const from = /^\d{4}-\d\d-\d\d$/.exec(place.value.kept.from ?? '')?.[0]
  const rota = useAsked<RotaAnswer>(`${path}?days=${shownDays}${from ? `&from=${from}` : ''}`, everyMs)
  const people = useAsked<SupportersAnswer>('/v1/operate/supporters', 60_000)
  const [open, setOpen] = useState<Open>()
  const isReadOnly = !may('keep-rota')
  const plan = (planned: Planned) => setOpen({ what: 'plan', planned })
  return (
    <>
      <div class="page-head">
        <Heading of="rota">{say('page.rota')}</Heading>
        {!isReadOnly && (
          <button type="button" class="primary" onClick={() => plan({ what: 'weekly' })}>
            <Icon of={CalendarPlus} size={20} /> {say('rota.addWeekly')}
          </button>
        )}
      </div>
      <p>{say('rota.what')}</p>
      {isReadOnly && <p class="small">{say('app.readOnly')}</p>}
      <Answered of={rota}>
        {(body) => (
          <>
            <Flags of={body} people={people.body?.supporters ?? []} />
            <section class="part" aria-label={say('rota.days')}>
              <div class="page-head">
                <h2>{say('rota.days')}</h2>
                <Turn of={body} from={from} />
              </div>
              {body.patterns.length === 0 && body.shifts.length === 0 && (
                <Empty title={say('rota.empty')} what={say('rota.emptyWhat')} />
              )}
              {(body.patterns.length > 0 || body.shifts.length > 0 || body.gaps.length > 0) && (
                <Days
                  of={body}
                  from={from ?? wallClock(Date.parse(body.serverNow), body.timeZone).day}
                  days={shownDays}
                  onFill={isReadOnly ? undefined : (gap) => plan({ what: 'one', ...gap })}
                  onOff={isReadOnly ? undefined : (shift) => setOpen({ what: 'off', shift })}
                  onDrop={isReadOnly ? undefined : (exceptionId) => setOpen({ what: 'drop', exceptionId })}
                />
              )}
              <p class="small">{say('rota.clocks', { zone: body.timeZone })}</p>
            </section>
            <Swaps of={body} onSeen={isReadOnly ? undefined : (id) => seen(id, rota)} />
            <section class="part" aria-label={say('rota.weekly')}>
              <h2>{say('rota.weekly')}</h2>
              <Answered of={people}>
                {({ supporters }) => (
                  <WeeklyShifts
                    people={supporters}
                    patterns={body.patterns}
                    onPlan={isReadOnly ? undefined : plan}
                    onEnd={isReadOnly ? undefined : (pattern) => setOpen({ what: 'end', pattern })}
                  />
                )}
              </Answered>
            </section>
            <SingleDates
              of={body}
              onDrop={isReadOnly ? undefined : (exceptionId) => setOpen({ what: 'drop', exceptionId })}
            />
          </>
        )}
      </Answered>
      {open?.what === 'plan' && (
        <ShiftForm
          planned={open.planned}
          people={people.body?.supporters ?? []}
          today={wallClock(Date.parse(rota.body?.serverNow ?? ''), rota.body?.timeZone ?? 'UTC').day}
          onSaved={rota.again}
          onClose={() => setOpen(undefined)}
        />
      )}
      {open && open.what !== 'plan' && <Ask open={open} rota={rota} onClose={() => setOpen(undefined)} />}
    </>
  )
}

function Turn({ of, from }: { of: RotaAnswer; from: string | undefined }) {
  const first = from ?? wallClock(Date.parse(of.serverNow), of.timeZone).day
  return (
    <span class="buttons">
      <button type="button" onClick={() => keep({ from: addDays(first, -shownDays) })}>
        <Icon of={ArrowLeft} size={18} /> {say('rota.earlier')}
      </button>
      {from !== undefined && (
        <button type="button" onClick={() => keep({ from: undefined })}>
          {say('rota.today')}
        </button>
      )}
      <button type="button" onClick={() => keep({ from: addDays(first, shownDays) })}>
        {say('rota.later')} <Icon of={ArrowRight} size={18} />
      </button>
    </span>
  )
}

async function seen(id: string, rota: Asked<RotaAnswer>): Promise<void> {
  await send('POST', `${path}/swaps/${id}/seen`)
  await rota.again()
}

/** Days on which one of the week's shifts is not, and shifts of one day. */
function SingleDates({ of, onDrop }: { of: RotaAnswer; onDrop?: ((id: string) => void) | undefined }) {
  if (of.exceptions.length === 0) return null
  return (
    <section class="part" aria-label={say('rota.dates')}>
      <h2>{say('rota.dates')}</h2>
      <ul class="plain shift-list">
        {of.exceptions.map((one) => (
          <li key={one.id}>
            <span>{sayException(one, of)}</span>
            {onDrop && (
              <button type="button" onClick={() => onDrop(one.id)}>
                <Icon of={Trash2} size={18} /> {say('rota.drop')}{' '}
                <span class="heard-only">{sayException(one, of)}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

function sayException(one: Exception, { patterns }: RotaAnswer): string {
  const pattern = patterns.find(({ id }) => id === one.patternId)
  const about = one.kind === 'off' ? pattern : one
  return say(`rota.date.${one.kind}`, {
    day: weekdayAndDay(one.onDay),
    hours: about?.starts && about.ends ? sayHours(about.starts, about.ends) : '',
    name: about?.supporter?.name ?? '',
  })
}

function Ask(of: { open: Exclude<Open, { what: 'plan' }>; rota: Asked<RotaAnswer>; onClose: () => void }) {
  const { open, rota } = of
  const timeZone = rota.body?.timeZone ?? 'UTC'
  const name = open.what === 'off' ? open.shift.supporter.name : open.what === 'end' ? open.pattern.supporter.name : ''
  const day = open.what === 'off' ? wallClock(Date.parse(open.shift.startsAt), timeZone).day : ''
  async function run() {
    if (open.what === 'end') await send('DELETE', `${path}/patterns/${open.pattern.id}`)
    if (open.what === 'drop') await send('DELETE', `${path}/exceptions/${open.exceptionId}`)
    if (open.what === 'off')
      await send('POST', `${path}/exceptions`, { kind: 'off', patternId: open.shift.patternId, onDay: day })
    await rota.again()
    tell(say('rota.saved'))
  }
  return (
    <Confirm
      title={say(`rota.${open.what}Title`, { name, day: day && weekdayAndDay(day) })}
      yes={say(`rota.${open.what}`)}
      onYes={run}
      onClose={of.onClose}
    >
      {open.what === 'end' && <p>{sayDates(open.pattern)}</p>}
      <p>{say(`rota.${open.what}What`)}</p>
    </Confirm>
  )
}
