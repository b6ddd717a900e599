import { Check, CircleAlert, CircleHelp, Siren } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { hrefOf } from '../place.ts'
import { say } from '../words.ts'
import type { Lamp, LampState, ToDo } from './lamps.ts'

const icons = { good: Check, look: CircleAlert, wrong: Siren, unknown: CircleHelp } as const satisfies Record<
  LampState,
  unknown
>

/** The board, from plain data: lamps that are words, and what a new service should do first. */
export function BoardView({ lamps, first }: { lamps: readonly Lamp[]; first: readonly ToDo[] }) {
  return (
    <>
      <ul class="plain lamps" aria-label={say('board.lamps')}>
        {lamps.map((lamp) => (
          <li key={lamp.key} class={`lamp-words ${lamp.state}`}>
            <p class="says">
              <Icon of={icons[lamp.state]} size={22} />{' '}
              <span class="heard-only">{say(`lamp.state.${lamp.state}`)}</span>
              {lamp.page ? (
                <a href={hrefOf(lamp.page)}>{say(lamp.says, lamp.values)}</a>
              ) : (
                <span>{say(lamp.says, lamp.values)}</span>
              )}
            </p>
            {lamp.todo && <p class="small">{say(lamp.todo)}</p>}
            {lamp.runbook && lamp.state !== 'good' && (
              <p class="small">{say('lamp.runbook', { name: lamp.runbook })}</p>
            )}
          </li>
        ))}
      </ul>
      {first.length > 0 && (
        <section class="card first-things">
          <h2>{say('first.title')}</h2>
          <ol>
            {first.map(({ key, page }) => (
              <li key={key}>
                <a href={hrefOf(page)}>{say(`first.${key}`)}</a> <span class="why">{say(`first.${key}.why`)}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </>
  )
}
