import type { StaffingAnswer } from '@stillhere/contracts'
import { Plus, Trash2 } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { may, send, tell } from '../app.ts'
import type { Asked } from '../parts/asked.tsx'
import { useDraft } from '../parts/draft.ts'
import { Choice, Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { weekdayAndDay, weekdayName } from '../parts/when.ts'
import { say } from '../words.ts'
import { aroundTheClock, type Opening } from './pause.ts'

type Staffing = StaffingAnswer['staffing']
type Weekly = Opening['weekly'][number]
type Exception = Opening['exceptions'][number]

interface Form {
  version: number
  timeZone: string
  rotaWarningHours: string
  hours: 'always' | 'hours'
  weekly: readonly Weekly[]
  exceptions: readonly Exception[]
  drainMinutes: string
  drain: Opening['drain']
}

const formOf = ({ version, timeZone, rotaWarningHours, opening }: Staffing): Form => ({
  version,
  timeZone,
  rotaWarningHours: String(rotaWarningHours),
  hours: opening ? 'hours' : 'always',
  weekly: opening?.weekly ?? [],
  exceptions: opening?.exceptions ?? [],
  drainMinutes: String(opening?.drainMinutes ?? aroundTheClock.drainMinutes),
  drain: opening?.drain ?? aroundTheClock.drain,
})

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const
const usual = { from: '18:00', to: '02:00' }
const isWhole = (text: string, least: number, most: number): boolean =>
  /^\d+$/.test(text.trim()) && Number(text) >= least && Number(text) <= most

/** Opening hours, days that are otherwise, and how an evening ends. It counts at once; what runs goes on to its end. */
export function OpeningForm({ staffing, asked }: { staffing: Staffing; asked: Asked<StaffingAnswer> }) {
  const draft = useDraft<Form>('staffing', formOf(staffing))
  const saving = useSaving()
  const form = draft.value
  const isReadOnly = !may('run-service') || staffing.closing.closedAt !== undefined
  const hasHours = form.hours === 'hours'
  const wrong =
    hasHours && form.weekly.length === 0 && form.exceptions.every(({ hours }) => hours.length === 0)
      ? say('opening.never')
      : !isWhole(form.drainMinutes, 0, 240)
        ? say('opening.drainWrong')
        : !isWhole(form.rotaWarningHours, 1, 336)
          ? say('opening.warningWrong')
          : undefined
  const questions: Questions<Form> = {
    timeZone: { label: say('opening.zone') },
    hours: { label: say('opening.hours'), say: (_, whole) => hoursInWords(whole) },
    weekly: 'hours',
    exceptions: 'hours',
    drainMinutes: 'hours',
    drain: 'hours',
    rotaWarningHours: { label: say('opening.warning') },
  }
  const zones = [...new Set([form.timeZone, ...Intl.supportedValuesOf('timeZone')])].sort()

  async function save(event: Event) {
    event.preventDefault()
    const { version, timeZone, weekly, exceptions, drain } = form
    const well = await saving.run(async () => {
      await send('PUT', '/v1/operate/staffing', {
        version,
        timeZone,
        rotaWarningHours: Number(form.rotaWarningHours),
        opening: hasHours ? { weekly, exceptions, drainMinutes: Number(form.drainMinutes), drain } : null,
      })
      await asked.again()
      draft.drop()
    })
    if (well) tell(say('opening.saved'))
  }

  return (
    <form class="form" onSubmit={save} aria-label={say('opening.title')}>
      <Choice
        label={say('opening.zone')}
        value={form.timeZone}
        isOff={isReadOnly}
        options={zones.map((zone) => [zone, zone])}
        onChange={(timeZone) => draft.set({ timeZone })}
      />
      <Choice
        label={say('opening.hours')}
        value={form.hours}
        isOff={isReadOnly}
        options={[
          ['always', say('opening.always')],
          ['hours', say('opening.byHours')],
        ]}
        onChange={(hours) => draft.set({ hours })}
      />
      {hasHours && (
        <>
          <WeekHours weekly={form.weekly} isReadOnly={isReadOnly} onChange={(weekly) => draft.set({ weekly })} />
          <OtherDays
            exceptions={form.exceptions}
            isReadOnly={isReadOnly}
            onChange={(exceptions) => draft.set({ exceptions })}
          />
          <Field
            kind="number"
            label={say('opening.drainMinutes')}
            why={say('opening.drainWhy')}
            least={0}
            most={240}
            value={form.drainMinutes}
            isReadOnly={isReadOnly}
            onInput={(drainMinutes) => draft.set({ drainMinutes })}
          />
          <Choice
            label={say('opening.drain')}
            value={form.drain}
            isOff={isReadOnly}
            options={(['no-company', 'no-starts'] as const).map((one) => [one, say(`opening.drain.${one}`)])}
            onChange={(drain) => draft.set({ drain })}
          />
        </>
      )}
      <Field
        kind="number"
        label={say('opening.warning')}
        why={say('opening.warningWhy')}
        least={1}
        most={336}
        value={form.rotaWarningHours}
        isReadOnly={isReadOnly}
        onInput={(rotaWarningHours) => draft.set({ rotaWarningHours })}
      />
      {isReadOnly ? (
        <p class="small">{say('app.readOnly')}</p>
      ) : (
        <SaveBar
          saving={saving}
          isChanged={draft.isChanged}
          wrong={wrong}
          onDrop={draft.drop}
          merging={{ draft, questions, newest: async () => formOf((await asked.newest()).staffing) }}
        />
      )}
    </form>
  )
}

/** Hours are one answer: a week without its closing time, or the days that differ without their week, is nobody's wish. */
function hoursInWords({ hours, weekly, exceptions, drainMinutes, drain }: Form): string[] {
  if (hours === 'always') return [say('opening.always')]
  return [
    ...weekly.map((one) => `${weekdayName(one.weekday)} ${one.from}–${one.to}`),
    ...exceptions.map(
      (one) =>
        `${one.day && weekdayAndDay(one.day)}: ${
          one.hours.map(({ from, to }) => `${from}–${to}`).join(', ') || say('opening.closedAllDay')
        }`,
    ),
    `${say('opening.drainMinutes')}: ${drainMinutes}`,
    say(`opening.drain.${drain}`),
  ]
}

const replaced = <T,>(all: readonly T[], index: number, change: Partial<T>): T[] =>
  all.map((one, at) => (at === index ? { ...one, ...change } : one))

function WeekHours(of: { weekly: readonly Weekly[]; isReadOnly: boolean; onChange: (weekly: Weekly[]) => void }) {
  const { weekly, isReadOnly } = of
  const nextDay = ((weekly.at(-1)?.weekday ?? 0) % 7) + 1
  return (
    <fieldset class="hours" disabled={isReadOnly}>
      <legend class="label">{say('opening.week')}</legend>
      {weekly.map((one, index) => (
        <fieldset key={`${index} of ${weekly.length}`} class="step-fields" aria-label={weekdayName(one.weekday)}>
          <Choice
            label={say('opening.weekday')}
            value={String(one.weekday)}
            options={weekdays.map((day) => [String(day), weekdayName(day)])}
            onChange={(day) => of.onChange(replaced(weekly, index, { weekday: Number(day) }))}
          />
          <Field
            kind="time"
            label={say('opening.from')}
            value={one.from}
            isRequired
            onInput={(from) => from && of.onChange(replaced(weekly, index, { from }))}
          />
          <Field
            kind="time"
            label={say('opening.to')}
            value={one.to}
            isRequired
            onInput={(to) => to && of.onChange(replaced(weekly, index, { to }))}
          />
          {!isReadOnly && (
            <button type="button" onClick={() => of.onChange(weekly.filter((_, at) => at !== index))}>
              <Icon of={Trash2} size={18} /> {say('opening.remove')}{' '}
              <span class="heard-only">{weekdayName(one.weekday)}</span>
            </button>
          )}
        </fieldset>
      ))}
      <p class="small">{say('rota.overnightToo')}</p>
      {!isReadOnly && (
        <button
          type="button"
          onClick={() => {
            const { from, to } = weekly.at(-1) ?? usual
            of.onChange([...weekly, { weekday: nextDay, from, to }])
          }}
        >
          <Icon of={Plus} size={18} /> {say('opening.add')}
        </button>
      )}
    </fieldset>
  )
}

function OtherDays(of: {
  exceptions: readonly Exception[]
  isReadOnly: boolean
  onChange: (exceptions: Exception[]) => void
}) {
  const { exceptions, isReadOnly } = of
  return (
    <fieldset class="hours" disabled={isReadOnly}>
      <legend class="label">{say('opening.otherwise')}</legend>
      {exceptions.map((one, index) => {
        const [first, ...more] = one.hours
        const name = one.day && weekdayAndDay(one.day)
        return (
          <fieldset key={`${index} of ${exceptions.length}`} class="step-fields" aria-label={name}>
            <Field
              kind="date"
              label={say('opening.day')}
              value={one.day}
              isRequired
              onInput={(day) => of.onChange(replaced(exceptions, index, { day }))}
            />
            <Choice
              label={say('opening.hours')}
              value={first ? 'hours' : 'closed'}
              options={[
                ['closed', say('opening.closedAllDay')],
                ['hours', say('opening.byHours')],
              ]}
              onChange={(is) => of.onChange(replaced(exceptions, index, { hours: is === 'closed' ? [] : [usual] }))}
            />
            {first && (
              <>
                <Field
                  kind="time"
                  label={say('opening.from')}
                  value={first.from}
                  isRequired
                  onInput={(from) =>
                    from && of.onChange(replaced(exceptions, index, { hours: [{ ...first, from }, ...more] }))
                  }
                />
                <Field
                  kind="time"
                  label={say('opening.to')}
                  value={first.to}
                  isRequired
                  onInput={(to) =>
                    to && of.onChange(replaced(exceptions, index, { hours: [{ ...first, to }, ...more] }))
                  }
                />
              </>
            )}
            {more.length > 0 && (
              <p class="small">
                {say('opening.more', { hours: more.map(({ from, to }) => `${from}–${to}`).join(', ') })}
              </p>
            )}
            {!isReadOnly && (
              <button type="button" onClick={() => of.onChange(exceptions.filter((_, at) => at !== index))}>
                <Icon of={Trash2} size={18} /> {say('opening.remove')} <span class="heard-only">{name}</span>
              </button>
            )}
          </fieldset>
        )
      })}
      {!isReadOnly && (
        <button type="button" onClick={() => of.onChange([...exceptions, { day: '', hours: [] }])}>
          <Icon of={Plus} size={18} /> {say('opening.addDay')}
        </button>
      )}
    </fieldset>
  )
}
