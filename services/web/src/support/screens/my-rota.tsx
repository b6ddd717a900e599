import type { OwnRotaAnswer } from '@stillhere/contracts'
import { CalendarDays, Handshake, Undo2 } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { RefusedError } from '../../shared/server/api.ts'
import { persistently } from '../../shared/server/persistently.ts'
import { dayAndHoursIn } from '../../shared/words/days.ts'
import { api } from '../service.ts'
import { say } from '../words.ts'

/*
 * One's own coming shifts, and swaps with colleagues. A rota puts nobody on shift, so nothing here touches who is told of
 * an alert; a takeover closes it like everything else.
 */

type Shift = OwnRotaAnswer['shifts'][number]
type Swap = OwnRotaAnswer['swaps'][number]

const everyMs = 60_000

interface Said {
  text: string
  detail?: string | undefined
  isTrouble: boolean
}

export function MyRota() {
  const [rota, setRota] = useState<OwnRotaAnswer>()
  const [isOpen, setOpen] = useState(false)
  const ask = async () => {
    try {
      setRota((await api<OwnRotaAnswer>('GET', '/v1/rota')).body)
    } catch {
      // What was said last stands. The line of this page says when the service does not answer.
    }
  }
  useEffect(() => {
    void ask()
    const timer = setInterval(() => void ask(), everyMs)
    return () => clearInterval(timer)
  }, [])
  if (rota === undefined) return null
  const next = rota.shifts.find(({ state }) => state !== 'over')
  const asked = rota.swaps.filter((swap) => !isOwn(swap, rota)).length
  return (
    <section class="card" aria-label={say('rota.title')}>
      <h2>{say('rota.title')}</h2>
      <p class="small">{next ? say('rota.next', { when: sayWhen(next, rota.timeZone) }) : say('rota.none')}</p>
      {asked > 0 && <p class="small">{say('rota.asked', { count: asked })}</p>}
      <button type="button" onClick={() => setOpen(true)}>
        <Icon of={CalendarDays} size={20} /> {say('rota.open')}
      </button>
      {isOpen && <RotaDialog rota={rota} ask={ask} onClose={() => setOpen(false)} />}
    </section>
  )
}

function RotaDialog({ rota, ask, onClose }: { rota: OwnRotaAnswer; ask: () => Promise<void>; onClose: () => void }) {
  const [isBusy, setBusy] = useState(false)
  const [said, setSaid] = useState<Said>()
  const swapOf = (shift: Shift) => rota.swaps.find(({ id }) => id === shift.offered)
  const others = rota.swaps.filter((swap) => !isOwn(swap, rota))

  async function act(method: 'POST' | 'DELETE', path: string, done: string, body: object = {}): Promise<void> {
    if (isBusy) return
    setBusy(true)
    try {
      await persistently((commandId) => api(method, path, { commandId, ...body }))
      setSaid({ text: done, isTrouble: false })
    } catch (error) {
      const isRefused = error instanceof RefusedError
      const detail = isRefused && typeof error.body.message === 'string' ? error.body.message : undefined
      setSaid({ text: say(isRefused ? 'rota.refused' : 'said.noAnswer'), detail, isTrouble: true })
    }
    await ask()
    setBusy(false)
  }

  return (
    <Dialog title={say('rota.title')} onClose={onClose} kind="my-rota">
      <p class="small">{say('rota.what')}</p>
      <p class={said?.isTrouble ? 'notice trouble' : 'heard-only'} role="alert">
        {said?.isTrouble && (
          <>
            {said.text} {said.detail && <span lang="en">{said.detail}</span>}
          </>
        )}
      </p>
      <p class={said && !said.isTrouble ? 'notice' : 'heard-only'} role="status">
        {said && !said.isTrouble ? said.text : ''}
      </p>
      <h3>{say('rota.mine')}</h3>
      {rota.shifts.length === 0 && <p>{say('rota.none')}</p>}
      <ul class="plain">
        {rota.shifts.map((shift) => {
          const when = sayWhen(shift, rota.timeZone)
          const offer = swapOf(shift)
          return (
            <li key={shift.id} class="card">
              <p>
                <strong>{when}</strong>{' '}
                {shift.role === 'duty-lead' && <span class="small">{say('role.duty-lead')}</span>}
              </p>
              {shift.takenFrom && <p class="small">{say('rota.takenFrom', { name: shift.takenFrom.name })}</p>}
              {shift.state !== 'coming' && <p class="small">{say('rota.begun')}</p>}
              {offer ? (
                <>
                  <p class="small">{say('rota.offered')}</p>
                  <button
                    type="button"
                    disabled={isBusy}
                    onClick={() => act('DELETE', `/v1/rota/swaps/${offer.id}`, say('rota.kept'))}
                  >
                    <Icon of={Undo2} size={20} /> {say('rota.keep')} <span class="heard-only">{when}</span>
                  </button>
                </>
              ) : (
                shift.state === 'coming' && (
                  <button
                    type="button"
                    disabled={isBusy}
                    onClick={() => act('POST', '/v1/rota/swaps', say('rota.isOffered'), { shiftId: shift.id })}
                  >
                    <Icon of={Handshake} size={20} /> {say('rota.offer')} <span class="heard-only">{when}</span>
                  </button>
                )
              )}
            </li>
          )
        })}
      </ul>
      <h3>{say('rota.others')}</h3>
      {others.length === 0 && <p>{say('rota.noOthers')}</p>}
      <ul class="plain">
        {others.map((swap) => {
          const when = sayWhen(swap, rota.timeZone)
          return (
            <li key={swap.id} class="card">
              <p>
                <strong>{when}</strong>{' '}
                {swap.role === 'duty-lead' && <span class="small">{say('role.duty-lead')}</span>}
              </p>
              <p class="small">{say('rota.from', { name: swap.offeredBy.name })}</p>
              <button
                type="button"
                disabled={isBusy}
                onClick={() => act('POST', `/v1/rota/swaps/${swap.id}/take`, say('rota.taken'))}
              >
                <Icon of={Handshake} size={20} /> {say('rota.take')} <span class="heard-only">{when}</span>
              </button>
            </li>
          )
        })}
      </ul>
      <button type="button" onClick={onClose}>
        {say('rota.close')}
      </button>
    </Dialog>
  )
}

/** One's own offer is one of one's own shifts. */
const isOwn = (swap: Swap, { shifts }: OwnRotaAnswer): boolean => shifts.some(({ offered }) => offered === swap.id)

/** On the service's own clocks: a supporter may sit elsewhere. */
const sayWhen = ({ startsAt, endsAt }: { startsAt: string; endsAt: string }, timeZone: string): string =>
  dayAndHoursIn(startsAt, endsAt, timeZone)
