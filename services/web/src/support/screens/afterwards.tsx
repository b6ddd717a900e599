import { HeartHandshake, HeartPulse } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { afterwards, endAfterwards, keepLog, logLater } from '../afterwards.ts'
import { setShift } from '../console.ts'
import type { AlertLog } from '../desk/desk.ts'
import { aims } from '../desk/practice.ts'
import { alerts, practice, tell } from '../known.ts'
import { elapsed } from '../parts/clock.ts'
import { Team } from '../parts/team.tsx'
import { say } from '../words.ts'

/** It is over: thanks, the log, and care for whoever did it. */
export function Afterwards() {
  const over = afterwards.value
  if (over === undefined) return null
  const alert = alerts.value.find(({ id }) => id === over.alert.id) ?? over.alert
  return (
    <div class="narrow afterwards">
      {over.desk.isPractice && <p class="test-mark">{say('practice.mark')}</p>}
      <Heading of={over.stage}>{say(`after.${over.stage}`)}</Heading>
      <p class="lead">{say(`after.${over.stage}.what`)}</p>
      {over.desk.isPractice && <Scores />}
      {alert.postRescueSessionId && (
        <p class="banner watch">
          <Icon of={HeartPulse} /> <span>{say('after.watch')}</span>
        </p>
      )}
      {over.stage === 'log' && (
        <Log key={alert.id} outcome={alert.outcome === 'abandoned' ? undefined : alert.outcome} />
      )}
      {over.stage === 'debrief' && <Debrief isPractice={over.desk.isPractice} />}
      {over.stage === 'done' && (
        <button type="button" class="primary" onClick={endAfterwards}>
          {say('after.board')}
        </button>
      )}
    </div>
  )
}

function Scores() {
  const score = practice.value?.score.value
  if (!score) return null
  const rows = [
    ['practice.claim', score.claimMs, aims.claimMs],
    ['practice.called', score.called999Ms, aims.called999Ms],
  ] as const
  return (
    <table class="scores">
      <caption>{say('practice.score')}</caption>
      <tbody>
        {rows.map(([word, ms, aim]) => (
          <tr key={word}>
            <th scope="row">{say(word)}</th>
            <td class="number">{ms === null ? '–' : elapsed(ms)}</td>
            <td>{say(ms !== null && ms <= aim ? 'practice.within' : 'practice.over', { aim: elapsed(aim) })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const wantedWords: readonly AlertLog['wanted'][] = ['yes', 'no', 'unknown']
const grades = [1, 2, 3, 4, 5] as const
const outcomes: readonly AlertLog['outcome'][] = ['safe', 'false-alarm', 'rescued', 'handed-to-crew', 'not-found']

/** Five touches: under a minute. */
function Log(given: { outcome: AlertLog['outcome'] | undefined }) {
  const [log, setLog] = useState<Partial<AlertLog>>({
    followUp: false,
    ...(given.outcome && { outcome: given.outcome }),
  })
  const { outcome, wanted, difficulty, energy, followUp } = log
  const whole =
    outcome && wanted && difficulty && energy && followUp !== undefined
      ? { outcome, wanted, difficulty, energy, followUp }
      : undefined
  const set = (change: Partial<AlertLog>) => setLog({ ...log, ...change })
  return (
    <form
      class="log"
      onSubmit={(event) => {
        event.preventDefault()
        if (whole) void keepLog(whole)
      }}
    >
      <fieldset>
        <legend>{say('clear.how')}</legend>
        <div class="choices">
          {outcomes.map((one) => (
            <label key={one} class="choice">
              <input type="radio" name="outcome" checked={outcome === one} onChange={() => set({ outcome: one })} />
              <span>{say(`outcome.${one}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <fieldset>
        <legend>{say('log.wanted')}</legend>
        <div class="choices even">
          {wantedWords.map((one) => (
            <label key={one} class="choice">
              <input type="radio" name="wanted" checked={wanted === one} onChange={() => set({ wanted: one })} />
              <span>{say(`log.wanted.${one}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Grade word="difficulty" value={difficulty} onChange={(value) => set({ difficulty: value })} />
      <Grade word="energy" value={energy} onChange={(value) => set({ energy: value })} />
      <label class="choice">
        <input
          type="checkbox"
          checked={followUp}
          onChange={({ currentTarget }) => set({ followUp: currentTarget.checked })}
        />
        <span>{say('log.followUp')}</span>
      </label>
      <div class="choices even">
        <button type="submit" class="primary" disabled={whole === undefined}>
          {say('log.keep')}
        </button>
        <button type="button" onClick={logLater}>
          {say('log.later')}
        </button>
      </div>
    </form>
  )
}

function Grade(of: { word: 'difficulty' | 'energy'; value: number | undefined; onChange: (value: number) => void }) {
  return (
    <fieldset>
      <legend>{say(`log.${of.word}`)}</legend>
      <div class="grades">
        {grades.map((grade) => (
          <label key={grade} class="choice">
            <input
              type="radio"
              name={of.word}
              aria-label={String(grade)}
              checked={of.value === grade}
              onChange={() => of.onChange(grade)}
            />
            <span aria-hidden="true">{grade}</span>
          </label>
        ))}
      </div>
      <p class="small ends">
        <span>{say(`log.${of.word}.least`)}</span> <span>{say(`log.${of.word}.most`)}</span>
      </p>
    </fieldset>
  )
}

function Debrief({ isPractice }: { isPractice: boolean }) {
  return (
    <>
      <section class="card">
        <h2>{say('after.talk')}</h2>
        <Team />
      </section>
      <div class="choices even">
        <button type="button" class="primary" onClick={endAfterwards}>
          {say('after.rest')}
        </button>
        {!isPractice && (
          <button
            type="button"
            onClick={async () => {
              if (!(await setShift(true, true))) return
              endAfterwards()
              tell(say('shift.on'))
            }}
          >
            <Icon of={HeartHandshake} size={20} /> {say('after.ready')}
          </button>
        )}
      </div>
    </>
  )
}
