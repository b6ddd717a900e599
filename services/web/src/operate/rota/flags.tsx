import type { RotaAnswer, SupportersAnswer } from '@stillhere/contracts'
import { CircleCheck, TriangleAlert } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { dayAndTimeIn } from '../parts/when.ts'
import { hrefOf } from '../place.ts'
import { say } from '../words.ts'
import { unheardNumbers } from './unheard-numbers.ts'

/** What is wrong now or will be soon, and whether a duty lead has been told; the service looks, and texts. */
export function Flags({ of, people }: { of: RotaAnswer; people: SupportersAnswer['supporters'] }) {
  const { flags, gaps, staffingFloor: floor, timeZone } = of
  const unheard = unheardNumbers(of, people)
  const on = (at: string) => dayAndTimeIn(at, timeZone)
  return (
    <section class="part" aria-label={say('rota.flags')}>
      <p>
        {say('rota.floor', { floor })} {floor === 0 && say('rota.noFloor')}
      </p>
      {flags.length === 0 && gaps.length === 0 && unheard.length === 0 && floor > 0 && (
        <p class="banner">
          <Icon of={CircleCheck} /> {say('rota.noFlags')}
        </p>
      )}
      {flags.map((flag) => (
        <div key={`${flag.kind} ${flag.startsAt} ${flag.supporter?.id}`} class="banner trouble" role="status">
          <Icon of={TriangleAlert} />
          <p>
            <strong>
              {say(`rota.flag.${flag.kind}`, {
                when: on(flag.startsAt),
                people: flag.people,
                floor: flag.floor,
                name: flag.supporter?.name ?? '',
              })}
            </strong>{' '}
            {flag.kind !== 'not-come' &&
              (flag.toldAt ? say('rota.told', { when: on(flag.toldAt) }) : say('rota.notTold'))}
          </p>
        </div>
      ))}
      {unheard.map(({ id, name, numberState }) => (
        <div key={id} class="banner trouble" role="status">
          <Icon of={TriangleAlert} />
          <p>
            <strong>{say(`rota.number.${numberState === 'denied' ? 'denied' : 'waiting'}`, { name })}</strong>{' '}
            <a href={hrefOf('people')}>{say('rota.number.see')}</a>
          </p>
        </div>
      ))}
    </section>
  )
}
