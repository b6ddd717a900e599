import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { guidance } from '../../shared/guidance/guidance.ts'
import { chime } from '../../shared/sound/chime.ts'
import { clockTime } from '../../shared/words/speak.ts'
import { doses } from '../alert/alert.ts'
import { doseClock } from '../alert/noted.ts'
import { say } from '../words.ts'

const now = signal(Date.now())
const louder = 1

/** Since the first dose: how long it is ago, in the largest numerals, and when the next is due. */
export function DoseStrip() {
  const given = doses.value
  const file = guidance.value
  useEffect(() => {
    if (given === null) return
    now.value = Date.now()
    const ticking = setInterval(() => {
      now.value = Date.now()
    }, 250)
    return () => clearInterval(ticking)
  }, [given === null])
  const clock = given && file ? doseClock(given.lastAt, now.value, file.doseFromSeconds) : null
  const due = clock?.due
  useEffect(() => {
    if (due !== 'now') return
    chime(louder)
    navigator.vibrate?.([300, 150, 300])
  }, [due])
  if (given === null || clock === null || !file) return null
  const seconds = Math.floor(clock.sinceMs / 1_000)
  return (
    <section class={`doses ${clock.due}`} aria-label={say('dose.clock')}>
      <p class="since" role="timer" aria-live="off">
        {Math.floor(seconds / 60)}:{String(seconds % 60).padStart(2, '0')}
      </p>
      <div>
        <p>{say('dose.given', { n: given.count, time: clockTime(given.lastAt) })}</p>
        {/* Said aloud once, when it changes; the numerals are not read out every second. */}
        <p class="due" role="status">
          {clock.due === 'now'
            ? say('dose.now')
            : say('dose.wait', { from: file.doseFromSeconds / 60, to: file.doseToSeconds / 60 })}
        </p>
      </div>
    </section>
  )
}
