import { AlarmClock, BatteryCharging, DoorOpen, Eye, PawPrint, Play, SprayCan, Volume2, VolumeX } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { allowSound } from '../../shared/sound/chime.ts'
import {
  askPlans,
  askService,
  open,
  openFirst,
  plans,
  planViews,
  prefer,
  preferences,
  service,
  startSession,
} from '../app.ts'
import { Disowned } from '../parts/disowned.tsx'
import { Frame, Trouble, WhoIsHere } from '../parts/frame.tsx'
import { leastMinutes, Minutes, mostMinutes } from '../parts/minutes.tsx'
import { RhythmDots } from '../parts/rhythm-dots.tsx'
import { tryPrompt } from '../prompting/prompting.ts'
import { whyNotStarted } from '../session/why-not-started.ts'
import { say } from '../words.ts'
import { SiteChanged, Unsaved, Warnings } from './home.tsx'
import { later } from './later.tsx'

const Reminders = later(
  async () => (await import('../parts/reminders.tsx')).Reminders,
  () => null,
)

const glances = [
  ['door', DoorOpen],
  ['pets', PawPrint],
  ['naloxone', SprayCan],
  ['phone', BatteryCharging],
] as const
const explained = ['steady', 'close', 'tail'] as const
const explainedOf = (name: string | undefined) => explained.find((known) => known === name) ?? 'other'
const askEveryMs = 2_000
const shownGaps = 5

export function ReadyScreen({ planId }: { planId: string }) {
  const plan = plans.value.find(({ id }) => id === planId)
  const view = planViews.value[planId]
  const offered = service.value
  const [rhythmId, setRhythmId] = useState(() => offered?.rhythms[0]?.id ?? 'once')
  const [minutes, setMinutes] = useState(10)
  const [wantsSupporter, setWantsSupporter] = useState(true)
  const [tested, setTested] = useState<'no' | 'asked' | 'heard' | 'not-heard'>('no')
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState('')
  const checking = view === undefined || view.check === 'pending'
  useEffect(() => {
    void askPlans()
    void askService()
    const asking = setInterval(() => {
      if (document.visibilityState !== 'visible') return
      void askPlans()
      if (service.value === undefined) void askService()
    }, askEveryMs)
    return () => clearInterval(asking)
  }, [])
  // Kept here before the service was ever heard: what it offers to choose from is not known yet.
  if (plan === undefined || offered === undefined)
    return (
      <Frame
        title={say('ready.title')}
        actions={
          <button type="button" onClick={openFirst}>
            {say('app.back')}
          </button>
        }
      >
        <Trouble>{say('app.noAnswer')}</Trouble>
      </Frame>
    )
  const { silent } = preferences.value
  const within = { least: leastMinutes(offered), most: mostMinutes(offered) }
  const areWithin = minutes >= within.least && minutes <= within.most
  const nobody = !offered.someoneHere && !view?.rescuers.some(({ consent }) => consent === 'agreed')

  async function start() {
    // From this touch on the browser lets us sound.
    void allowSound()
    setTrouble('')
    // Said beside the field as well.
    if (rhythmId === 'once' && !areWithin) return setTrouble(say('ready.minutesWithin', within))
    setBusy(true)
    try {
      await startSession({
        planId,
        ...(rhythmId === 'once' ? { countdownSeconds: minutes * 60 } : { rhythmId }),
        company: wantsSupporter && offered?.someoneHere ? 'supporter' : 'timer-only',
      })
    } catch (error) {
      setTrouble(whyNotStarted(error))
    }
    setBusy(false)
  }

  const rhythm = offered.rhythms.find(({ id }) => id === rhythmId)
  const sequenceOf = (intervalsSeconds: readonly number[]) =>
    say('ready.sequence', {
      list: intervalsSeconds
        .slice(0, shownGaps)
        .map((seconds) => Math.round(seconds / 6) / 10)
        .join(', '),
    })

  return (
    <Frame
      kind="ready"
      title={say('ready.title')}
      actions={
        <>
          <Disowned />
          {trouble && <Trouble>{trouble}</Trouble>}
          <div class="start-bar">
            <button type="button" onClick={openFirst}>
              {say('app.back')}
            </button>
            <button
              type="button"
              class="primary"
              disabled={busy || checking || view.check === 'refused'}
              onClick={() => void start()}
            >
              <Icon of={Play} /> {say(busy ? 'app.wait' : checking ? 'ready.checking' : 'ready.start')}
            </button>
          </div>
        </>
      }
    >
      <section class="card place" aria-labelledby="place">
        <h2 id="place">{plan.text.label}</h2>
        <p class="address">{plan.text.address}</p>
        {view?.check === 'refused' && <Trouble>{say('ready.planRefused')}</Trouble>}
        <Unsaved plan={plan} />
        <SiteChanged plan={plan} />
        {plans.value.length > 1 && (
          <details>
            <summary>{say('ready.other')}</summary>
            <div class="choices">
              {plans.value
                .filter(({ id }) => id !== planId)
                .map(({ id, text }) => (
                  <button key={id} type="button" onClick={() => open({ name: 'ready', planId: id })}>
                    {text.label}
                  </button>
                ))}
            </div>
          </details>
        )}
      </section>
      {nobody && !checking && (
        <section class="ask-first">
          {!trouble && <Trouble>{say('ready.noOne')}</Trouble>}
          <button type="button" onClick={() => open({ name: 'people', planId })}>
            {say('ready.askSomeone')}
          </button>
        </section>
      )}
      <ul class="glance" aria-label={say('ready.glance')}>
        {glances.map(([what, icon]) => (
          <li key={what}>
            <Icon of={icon} size={28} /> {say(`glance.${what}`)}
          </li>
        ))}
      </ul>
      <details class="line">
        <summary>
          <Icon of={AlarmClock} size={20} />
          <span>
            {rhythm ? say(`rhythm.${explainedOf(rhythm.name)}`) : say('rhythm.once')}
            <span class="why">{rhythm ? sequenceOf(rhythm.intervalsSeconds) : say('ready.minutes', { minutes })}</span>
            {rhythm && <RhythmDots intervalsSeconds={rhythm.intervalsSeconds} />}
          </span>
        </summary>
        <fieldset>
          <legend>{say('ready.rhythm')}</legend>
          {offered.rhythms.map(({ id, name, intervalsSeconds }) => (
            <label key={id} class="choice rhythm">
              <input type="radio" name="rhythm" checked={rhythmId === id} onChange={() => setRhythmId(id)} />
              <span>
                <strong>{say(`rhythm.${explainedOf(name)}`)}</strong>
                <span class="why">
                  {say(`rhythm.${explainedOf(name)}.what`)} {sequenceOf(intervalsSeconds)}
                </span>
                <RhythmDots intervalsSeconds={intervalsSeconds} />
              </span>
            </label>
          ))}
          <label class="choice rhythm">
            <input type="radio" name="rhythm" checked={rhythmId === 'once'} onChange={() => setRhythmId('once')} />
            <span>
              <strong>{say('rhythm.once')}</strong>
              <span class="why">{say('rhythm.once.what')}</span>
            </span>
          </label>
          {rhythmId === 'once' && <Minutes offered={offered} minutes={minutes} change={setMinutes} />}
        </fieldset>
      </details>
      {offered.someoneHere ? (
        <details class="line">
          <summary>
            <Icon of={Eye} size={20} />
            <span>{say(wantsSupporter ? 'company.supporter' : 'company.timer-only')}</span>
          </summary>
          <fieldset>
            <legend>{say('ready.company')}</legend>
            <WhoIsHere />
            {(['supporter', 'timer-only'] as const).map((company) => (
              <label key={company} class="choice">
                <input
                  type="radio"
                  name="company"
                  checked={wantsSupporter === (company === 'supporter')}
                  onChange={() => setWantsSupporter(company === 'supporter')}
                />
                <span>{say(`company.${company}`)}</span>
              </label>
            ))}
          </fieldset>
        </details>
      ) : (
        <div class="alone">
          <WhoIsHere />
          {!nobody && <p class="small">{say('company.nobody')}</p>}
        </div>
      )}
      <details class="line">
        <summary>
          <Icon of={silent ? VolumeX : Volume2} size={20} />
          <span>{say('ready.sound')}</span>
        </summary>
        <div class="card">
          <button
            type="button"
            onClick={() => {
              void tryPrompt(silent)
              setTested('asked')
            }}
          >
            <Icon of={Volume2} size={20} /> {say('ready.test')}
          </button>
          {tested === 'asked' && (
            <div role="status">
              <p>{say('ready.heard')}</p>
              <div class="choices even">
                <button type="button" onClick={() => setTested('heard')}>
                  {say('ready.heardYes')}
                </button>
                <button type="button" onClick={() => setTested('not-heard')}>
                  {say('ready.heardNo')}
                </button>
              </div>
            </div>
          )}
          {tested === 'not-heard' && <p role="status">{say('ready.notHeard')}</p>}
          {plan.ownNumber && view?.ownNumberCheck === 'ok' && (
            <button type="button" class="link" onClick={() => open({ name: 'people', planId })}>
              {say('ready.testOwn')}
            </button>
          )}
          <Reminders />
          <label class="choice">
            <input
              type="checkbox"
              checked={silent}
              onChange={({ currentTarget }) => void prefer({ silent: currentTarget.checked })}
            />
            <span>{say('ready.silent')}</span>
          </label>
        </div>
      </details>
      <Warnings planId={planId} />
    </Frame>
  )
}
