import type { RotaAnswer } from '@stillhere/contracts'
import { Eye } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { useSaving } from '../parts/save.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { dayAndTimeIn } from '../parts/when.ts'
import { say } from '../words.ts'

/** Shifts that supporters offered to each other. Nobody has to allow a swap; whoever keeps the rota sees it. */
export function Swaps(of: { of: RotaAnswer; onSeen?: ((id: string) => Promise<void>) | undefined }) {
  const saving = useSaving()
  const swaps = of.of.swaps.filter(({ state }) => state !== 'withdrawn')
  if (swaps.length === 0) return null
  return (
    <section class="part" aria-label={say('rota.swaps')}>
      <h2>{say('rota.swaps')}</h2>
      {saving.trouble !== undefined && <Trouble of={saving.trouble} />}
      <ul class="plain shift-list">
        {swaps.map((swap) => {
          const when = dayAndTimeIn(swap.startsAt, of.of.timeZone)
          const text =
            swap.state === 'taken'
              ? say('rota.swap.taken', { by: swap.takenBy?.name ?? '', from: swap.offeredBy.name, when })
              : say('rota.swap.offered', { from: swap.offeredBy.name, when })
          return (
            <li key={swap.id}>
              <span>{text}</span>
              {swap.state === 'taken' && !swap.seen && of.onSeen && (
                <button
                  type="button"
                  disabled={saving.isBusy}
                  onClick={() => saving.run(async () => of.onSeen?.(swap.id))}
                >
                  <Icon of={Eye} size={18} /> {say('rota.seen')} <span class="heard-only">{text}</span>
                </button>
              )}
              {swap.state === 'taken' && swap.seen && <span class="small">{say('rota.wasSeen')}</span>}
            </li>
          )
        })}
      </ul>
    </section>
  )
}
