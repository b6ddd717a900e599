import type { StaffingAnswer } from '@stillhere/contracts'
import { DoorClosed } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { may, send, tell, who } from '../app.ts'
import type { Asked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Field } from '../parts/field.tsx'
import { useSaving } from '../parts/save.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { dateAndTime } from '../parts/when.ts'
import { say } from '../words.ts'

const path = '/v1/operate/closing'

/** Closing for good: asked first, then confirmed with the name typed, within a quarter of an hour. */
export function Closing({ asked, slug }: { asked: Asked<StaffingAnswer>; slug: string }) {
  const [isAsking, setAsking] = useState(false)
  const { staffing, serverNow } = asked.body ?? {}
  if (staffing === undefined || serverNow === undefined) return null
  const { closedAt, askedAt, confirmBefore } = staffing.closing
  const isOpenToConfirm = confirmBefore !== undefined && Date.parse(confirmBefore) > Date.parse(serverNow)
  return (
    <section class="part" aria-label={say('closing.title')}>
      <h2>{say('closing.title')}</h2>
      {closedAt !== undefined ? (
        <div class="banner trouble">
          <Icon of={DoorClosed} />
          <p>
            <strong>{say('closing.closed', { when: dateAndTime(closedAt) })}</strong> {say('closing.closedWhat')}
          </p>
        </div>
      ) : (
        <>
          <p>{say('closing.what')}</p>
          {askedAt !== undefined && isOpenToConfirm ? (
            <Typed
              asked={asked}
              slug={slug}
              askedAt={askedAt}
              confirmBefore={confirmBefore}
              byAnother={staffing.closing.needsAnother === true && staffing.closing.askedBy === who.value?.me.id}
            />
          ) : may('run-service') ? (
            <button type="button" class="urgent start" onClick={() => setAsking(true)}>
              <Icon of={DoorClosed} size={20} /> {say('closing.ask')}
            </button>
          ) : (
            <p class="small">{say('app.readOnly')}</p>
          )}
        </>
      )}
      {isAsking && (
        <Confirm
          title={say('closing.askTitle')}
          yes={say('closing.askYes')}
          onClose={() => setAsking(false)}
          onYes={async () => {
            await send('POST', path)
            await asked.again()
          }}
        >
          <p>{say('closing.askWhat')}</p>
        </Confirm>
      )}
    </section>
  )
}

function Typed(of: {
  asked: Asked<StaffingAnswer>
  slug: string
  askedAt: string
  confirmBefore: string
  /** Whoever asked is looking, and there is somebody else. */
  byAnother: boolean
}) {
  const { asked, slug } = of
  const [typed, setTyped] = useState('')
  const saving = useSaving()
  return (
    <form
      class="form"
      aria-label={say('closing.confirm')}
      onSubmit={async (event) => {
        event.preventDefault()
        const well = await saving.run(() => send('POST', `${path}/confirm`, { slug: typed.trim() }))
        await asked.again()
        if (well) tell(say('closing.done'))
      }}
    >
      <p class="banner trouble">
        {say('closing.asked', { when: dateAndTime(of.askedAt), before: dateAndTime(of.confirmBefore) })}
      </p>
      {may('run-service') ? (
        <>
          {of.byAnother ? (
            <p>{say('closing.byAnother')}</p>
          ) : (
            <Field
              label={say('closing.type', { slug })}
              why={say('closing.typeWhy')}
              value={typed}
              longest={63}
              onInput={setTyped}
            />
          )}
          {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
          <div class="buttons">
            {!of.byAnother && (
              <button type="submit" class="urgent" disabled={saving.isBusy || typed.trim() !== slug}>
                {say('closing.confirm')}
              </button>
            )}
            <button
              type="button"
              disabled={saving.isBusy}
              onClick={async () => {
                const well = await saving.run(() => send('DELETE', path))
                await asked.again()
                if (well) tell(say('closing.takenBack'))
              }}
            >
              {say('closing.takeBack')}
            </button>
          </div>
        </>
      ) : (
        <p class="small">{say('app.readOnly')}</p>
      )}
    </form>
  )
}
