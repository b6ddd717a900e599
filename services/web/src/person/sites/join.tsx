import { Building2, Search } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { api, askPlans, becomeDevice, open, openFirst, plans, planViews } from '../app.ts'
import { Frame, Trouble } from '../parts/frame.tsx'
import { newPlan } from '../plans/plan.ts'
import { savePlan } from '../plans/save-plan.ts'
import { whyNotSaved } from '../plans/why-not-saved.ts'
import { Scan } from '../scanning/scan.tsx'
import { say } from '../words.ts'
import { adopt, leaveSite, type Template, templateFields } from './adopt.ts'

const asText = {
  room: (room: string) => say('join.inAddress', { room }),
  staff: (staff: string) => say('join.staff', { staff }),
}

/** Adopts a site's plan by its code; or, with a plan, shows what the site says now and asks before it counts. */
export function JoinScreen({ code: linked, planId }: { code?: string; planId?: string }) {
  const known = plans.value.find(({ id }) => id === planId)
  const [plan] = useState(() => known ?? newPlan(''))
  const [code, setCode] = useState(linked ?? known?.site?.code ?? '')
  const [template, setTemplate] = useState<Template>()
  const [own, setOwn] = useState({ room: known?.site?.room ?? '', notes: known?.site?.notes ?? '' })
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  const isChanged = planViews.value[plan.id]?.site?.changed === true

  async function find(which = code) {
    setBusy(true)
    setTrouble('')
    try {
      await becomeDevice()
      const { body } = await api<{ template: Template }>(
        'GET',
        `/v1/plan-templates/${encodeURIComponent(which.trim())}`,
      )
      setTemplate(body.template)
    } catch (error) {
      const isUnknown = error instanceof RefusedError && (error.status === 404 || error.status === 400)
      setTrouble(say(isUnknown ? (known ? 'join.codeOld' : 'join.codeUnknown') : 'join.noAnswer'))
    }
    setBusy(false)
  }
  // A plan that is here, or a link's, is looked at at once: whoever is here has agreed.
  useEffect(() => {
    if (known?.site || linked) void find()
  }, [])
  function scanned(found: string) {
    setCode(found)
    void find(found)
  }
  async function keep(next: typeof plan) {
    setBusy(true)
    setTrouble('')
    try {
      await savePlan(next)
      void askPlans()
      open(known ? { name: 'home' } : { name: 'ready', planId: plan.id })
    } catch (error) {
      setTrouble(whyNotSaved(error))
    }
    setBusy(false)
  }
  function use(event: Event) {
    event.preventDefault()
    if (template) void keep(adopt(plan, template, { code: code.trim(), ...own }, asText))
    else void find()
  }
  const isOther = template && known?.site && template.siteId !== known.site.id

  return (
    <Frame
      title={say(known ? 'join.again' : 'join.title')}
      actions={
        <>
          {trouble && <Trouble>{trouble}</Trouble>}
          <button type="submit" form="join" class="primary" disabled={busy || Boolean(isOther)}>
            <Icon of={template ? Building2 : Search} />{' '}
            {say(busy ? 'app.wait' : template ? (known ? 'join.confirm' : 'join.use') : 'join.find')}
          </button>
          <button type="button" onClick={openFirst}>
            {say('app.back')}
          </button>
        </>
      }
    >
      {known && isChanged && <p class="lead">{say('join.changedWhat')}</p>}
      {!known && <p class="lead">{say('join.what')}</p>}
      {isOther && <Trouble>{say('join.otherSite')}</Trouble>}
      {template && (
        <section class="card" aria-labelledby="site">
          <h2 id="site">{template.label}</h2>
          <dl class="template">
            {templateFields.map((field) => {
              const now = template[field]
              return (
                now && (
                  <div key={field}>
                    <dt>{say(`template.${field}`)}</dt>
                    <dd>{now}</dd>
                  </div>
                )
              )
            })}
          </dl>
        </section>
      )}
      <form id="join" onSubmit={use}>
        {template ? (
          <>
            <div>
              <label for="room">{say('join.room')}</label>
              <p class="why" id="room-why">
                {say('join.roomWhy')}
              </p>
              <input
                id="room"
                maxLength={100}
                autocomplete="off"
                aria-describedby="room-why"
                value={own.room}
                onInput={({ currentTarget }) => setOwn({ ...own, room: currentTarget.value })}
              />
            </div>
            <div>
              <label for="own-notes">{say('q.notes')}</label>
              <p class="why" id="own-notes-why">
                {say('why.notes')}
              </p>
              <textarea
                id="own-notes"
                rows={2}
                maxLength={1_000}
                autocomplete="off"
                aria-describedby="own-notes-why"
                value={own.notes}
                onInput={({ currentTarget }) => setOwn({ ...own, notes: currentTarget.value })}
              />
            </div>
          </>
        ) : (
          <div>
            <label for="join-code">{say('join.code')}</label>
            <p class="why" id="join-why">
              {say('join.codeWhy')}
            </p>
            <input
              id="join-code"
              required
              maxLength={32}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              aria-describedby="join-why"
              value={code}
              onInput={({ currentTarget }) => setCode(currentTarget.value)}
            />
            <Scan wanted="join" onFound={scanned} />
          </div>
        )}
      </form>
      {known?.site && !template && !busy && (
        <section class="card" aria-labelledby="own-plan">
          <h2 id="own-plan">{say('join.leave')}</h2>
          <p>{say('join.leaveWhat')}</p>
          <button type="button" onClick={() => void keep(leaveSite(known))}>
            {say('join.leaveYes')}
          </button>
        </section>
      )}
    </Frame>
  )
}
