import type { OrganisationAnswer, ShiftsAnswer, StaffingAnswer } from '@stillhere/contracts'
import { CircleCheck, DoorClosed, DoorOpen, TriangleAlert } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { useSaving } from '../parts/save.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { dayAndTimeIn } from '../parts/when.ts'
import { hrefOf } from '../place.ts'
import { wallClock } from '../rota/wall-clock.ts'
import { Closing } from '../staffing/closing.tsx'
import { Nights } from '../staffing/nights.tsx'
import { OpeningForm } from '../staffing/opening-form.tsx'
import { type Opening, openAgain } from '../staffing/pause.ts'
import { PauseDialog } from '../staffing/pause-dialog.tsx'
import { say } from '../words.ts'

const everyMs = 15_000

/** The truth about who answers: now, at three in the morning, with nobody on shift, and after the service has closed. */
export default function StaffingPage() {
  const staffing = useAsked<StaffingAnswer>('/v1/operate/staffing', everyMs)
  const organisation = useAsked<OrganisationAnswer>('/v1/operate/organisation')
  const shifts = useAsked<ShiftsAnswer>(may('see-staff') ? '/v1/operate/shifts' : undefined, everyMs)
  return (
    <>
      <Heading of="staffing">{say('page.staffing')}</Heading>
      <Answered of={staffing}>
        {(body) => (
          <>
            <Now of={body} shifts={shifts.body} asked={staffing} />
            <section class="part" aria-label={say('nights.title')}>
              <h2>{say('nights.title')}</h2>
              <Answered of={organisation}>
                {({ organisation: { pagerNumber } }) =>
                  pagerNumber === null ? (
                    <div class="banner trouble">
                      <Icon of={TriangleAlert} />
                      <p>
                        <strong>{say('pager.none')}</strong> {say('pager.noneWhat')}
                      </p>
                      <a href={hrefOf('organisation')}>{say('pager.set')}</a>
                    </div>
                  ) : (
                    <p>{say('pager.is', { number: pagerNumber })}</p>
                  )
                }
              </Answered>
              {may('see-staff') && <Nights />}
              <h3>{say('alone.title')}</h3>
              <ul>
                <li>{say('alone.rescuers')}</li>
                <li>{say('alone.empty')}</li>
                <li>{say('alone.pager')}</li>
                <li>{say('alone.people')}</li>
                <li>{say('alone.floor')}</li>
              </ul>
            </section>
            <section class="part" aria-label={say('opening.title')}>
              <h2>{say('opening.title')}</h2>
              <p>{say('opening.what')}</p>
              <OpeningForm staffing={body.staffing} asked={staffing} />
            </section>
            <Answered of={organisation}>
              {({ organisation: { slug } }) => <Closing asked={staffing} slug={slug} />}
            </Answered>
          </>
        )}
      </Answered>
    </>
  )
}

function Now(of: { of: StaffingAnswer; shifts: ShiftsAnswer | undefined; asked: Asked<StaffingAnswer> }) {
  const { staffing, serverNow } = of.of
  const { now, timeZone, closing, opening, version, rotaWarningHours } = staffing
  const [isPausing, setPausing] = useState(false)
  const saving = useSaving()
  const on = (at: string | undefined) => (at ? dayAndTimeIn(at, timeZone) : '')
  const state = closing.closedAt ? 'forGood' : now.draining ? 'draining' : now.open ? 'open' : 'closed'
  const { day: today } = wallClock(Date.parse(serverNow), timeZone)
  const again = opening && openAgain(opening, today)
  const isOtherwise = opening !== null && again?.exceptions.length !== opening.exceptions.length
  const mayChange = may('run-service') && !closing.closedAt

  const put = async (next: Opening, done: string) => {
    await send('PUT', '/v1/operate/staffing', { version, timeZone, rotaWarningHours, opening: next })
    await of.asked.again()
    tell(done)
  }

  return (
    <section class="part" aria-label={say('now.title')}>
      <h2>{say('now.title')}</h2>
      <div class={`banner ${state === 'open' ? '' : 'trouble'}`} role="status">
        <Icon of={state === 'open' ? CircleCheck : state === 'draining' ? TriangleAlert : DoorClosed} />
        <p>
          <strong>{say(`now.${state}`, { closes: on(now.closesAt), opens: on(now.opensAt) })}</strong>{' '}
          {state === 'open' && now.closesAt && say('now.until', { closes: on(now.closesAt) })}{' '}
          {(state === 'closed' || state === 'draining') && now.opensAt && say('now.again', { opens: on(now.opensAt) })}
        </p>
      </div>
      <ul>
        <li>{say(now.mayStart.alone ? 'now.aloneYes' : 'now.aloneNo')}</li>
        <li>{say(now.mayStart.withSupporter ? 'now.withYes' : 'now.withNo')}</li>
        <li>{say('now.running')}</li>
        {of.shifts && (
          <li>{say('people.onShift', { count: of.shifts.shifts.length, floor: of.shifts.staffingFloor })}</li>
        )}
      </ul>
      {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
      {mayChange && (
        <div class="buttons">
          {state === 'open' && (
            <button type="button" onClick={() => setPausing(true)}>
              <Icon of={DoorClosed} size={20} /> {say('pause.title')}
            </button>
          )}
          {state !== 'open' && isOtherwise && again && (
            <button
              type="button"
              class="primary"
              disabled={saving.isBusy}
              onClick={() => saving.run(() => put(again, say('pause.opened')))}
            >
              <Icon of={DoorOpen} size={20} /> {say('pause.open')}
            </button>
          )}
        </div>
      )}
      {isPausing && (
        <PauseDialog
          staffing={staffing}
          now={Date.parse(serverNow)}
          onPause={(next) => put(next, say('pause.done'))}
          onClose={() => setPausing(false)}
        />
      )}
    </section>
  )
}
