import { useState } from 'preact/hooks'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { send, tell } from '../app.ts'
import { Choice, Field } from '../parts/field.tsx'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { weekdayName } from '../parts/when.ts'
import type { Somebody } from '../people/person-form.tsx'
import { say } from '../words.ts'

/** What is begun: a shift of every week, or of one day; and what is known of it already. */
export interface Planned {
  what: 'weekly' | 'one'
  supporterId?: string
  onDay?: string
  starts?: string
  ends?: string
}

const weekdays = [1, 2, 3, 4, 5, 6, 7] as const

/** Shifts of somebody's week, as many days as are ticked, or a shift of one day. */
export function ShiftForm(of: {
  planned: Planned
  people: readonly Somebody[]
  today: string
  onSaved: () => Promise<void>
  onClose: () => void
}) {
  const { planned } = of
  const people = of.people.filter(({ role }) => role !== 'auditor')
  const roleOf = (id: string): 'supporter' | 'duty-lead' =>
    people.find((one) => one.id === id)?.role === 'duty-lead' ? 'duty-lead' : 'supporter'
  const first = planned.supporterId ?? people.find(({ role }) => role !== 'operator')?.id ?? people[0]?.id ?? ''
  const [form, setForm] = useState({
    supporterId: first,
    role: roleOf(first),
    days: [] as readonly number[],
    onDay: planned.onDay ?? of.today,
    starts: planned.starts ?? '22:00',
    ends: planned.ends ?? '06:00',
    fromDay: '',
    untilDay: '',
  })
  const set = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }))
  const saving = useSaving()
  const isWeekly = planned.what === 'weekly'
  const wrong = isWeekly && form.days.length === 0 ? say('rota.needsDay') : undefined

  async function save(event: Event) {
    event.preventDefault()
    const { supporterId, role, starts, ends, onDay, fromDay, untilDay } = form
    const shift = { supporterId, role, starts, ends }
    const well = await saving.run(async () => {
      if (!isWeekly) await send('POST', '/v1/operate/rota/exceptions', { kind: 'extra', ...shift, onDay })
      for (const weekday of isWeekly ? form.days : []) {
        const bounds = { ...(fromDay && { fromDay }), ...(untilDay && { untilDay }) }
        await send('POST', '/v1/operate/rota/patterns', { ...shift, weekday, ...bounds })
        // Made: where a later one is refused, it is not made twice.
        setForm((before) => ({ ...before, days: before.days.filter((one) => one !== weekday) }))
      }
    })
    await of.onSaved()
    if (!well) return
    of.onClose()
    tell(say('rota.saved'))
  }

  return (
    <Dialog title={say(isWeekly ? 'rota.addWeekly' : 'rota.addOne')} onClose={of.onClose}>
      <form class="form" onSubmit={save}>
        <Choice
          label={say('rota.who')}
          value={form.supporterId}
          options={people.map(({ id, name }) => [id, name])}
          onChange={(supporterId) => set({ supporterId, role: roleOf(supporterId) })}
        />
        <Choice
          label={say('rota.as')}
          value={form.role}
          options={(['supporter', 'duty-lead'] as const).map((role) => [role, say(`role.${role}`)])}
          onChange={(role) => set({ role })}
        />
        {isWeekly ? (
          <fieldset>
            <legend class="label">{say('rota.weekdays')}</legend>
            <div class="choices">
              {weekdays.map((weekday) => (
                <label key={weekday} class="choice">
                  <input
                    type="checkbox"
                    checked={form.days.includes(weekday)}
                    onChange={({ currentTarget }) =>
                      set({
                        days: currentTarget.checked
                          ? [...form.days, weekday].sort((a, b) => a - b)
                          : form.days.filter((one) => one !== weekday),
                      })
                    }
                  />
                  <span>{weekdayName(weekday)}</span>
                </label>
              ))}
            </div>
          </fieldset>
        ) : (
          <Field
            kind="date"
            label={say('rota.onDay')}
            value={form.onDay}
            isRequired
            onInput={(onDay) => set({ onDay })}
          />
        )}
        <div class="step-fields">
          <Field
            kind="time"
            label={say('rota.starts')}
            value={form.starts}
            isRequired
            onInput={(starts) => set({ starts })}
          />
          <Field kind="time" label={say('rota.ends')} value={form.ends} isRequired onInput={(ends) => set({ ends })} />
        </div>
        {form.ends <= form.starts && <p class="small">{say('rota.overnight')}</p>}
        {isWeekly && (
          <details>
            <summary>{say('rota.bounds')}</summary>
            <div class="step-fields">
              <Field
                kind="date"
                label={say('rota.fromDay')}
                value={form.fromDay}
                onInput={(fromDay) => set({ fromDay })}
              />
              <Field
                kind="date"
                label={say('rota.lastDay')}
                value={form.untilDay}
                onInput={(untilDay) => set({ untilDay })}
              />
            </div>
          </details>
        )}
        <SaveBar saving={saving} isChanged={false} wrong={wrong} onDrop={of.onClose}>
          <button type="button" onClick={of.onClose}>
            {say('app.cancel')}
          </button>
        </SaveBar>
      </form>
    </Dialog>
  )
}
