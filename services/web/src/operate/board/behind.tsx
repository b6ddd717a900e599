import type { BoardAnswer } from '@stillhere/contracts'
import { thresholds } from '@stillhere/domain'
import { ArrowRight } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { maySee } from '../app.ts'
import { OverTime } from '../charts/over-time.tsx'
import type { ChartKey } from '../charts/series.ts'
import { Back } from '../parts/back.tsx'
import { hrefOf } from '../place.ts'
import { say } from '../words.ts'
import { LampWords, RunbookLink } from './board-view.tsx'
import { DeliveryTable } from './delivery-table.tsx'
import type { BoardLampKey, Lamp } from './lamps.ts'

const charts: Record<BoardLampKey, readonly ChartKey[]> = {
  unowned: ['unowned', 'alerts', 'lateness'],
  synthetic: ['synthetic'],
  staff: [],
  sessions: ['alerts'],
  open: ['alerts', 'unowned'],
  delivery: ['delivery'],
  sweep: ['sweep'],
  wakeUps: ['sweep'],
  oldestDue: ['lateness', 'sweep'],
  workers: ['sweep', 'lateness'],
  clock: [],
}

/** When each alarms, from the rules themselves. */
const bounds: Partial<Record<BoardLampKey, Record<string, number>>> = {
  unowned: { seconds: thresholds.unownedActSeconds },
  synthetic: { intervals: thresholds.syntheticIntervals },
  delivery: { look: thresholds.delivery.look * 100, act: thresholds.delivery.act * 100 },
  sweep: { seconds: thresholds.sweepActSeconds },
  oldestDue: { look: thresholds.oldestDue.lookSeconds, act: thresholds.oldestDue.actSeconds },
  workers: { count: thresholds.workers },
  clock: { seconds: thresholds.hostSkewMs / 1_000 },
}

/** What is behind one number of the board: what it is, when it is wrong, what to do then, and how it was before. */
export function Behind({ lamp, of, board }: { lamp: Lamp; of: BoardLampKey; board: BoardAnswer['board'] }) {
  return (
    <>
      <Back to="board" />
      <Heading of={of}>{say(`behind.title.${of}`)}</Heading>
      <div class="narrow-text">
        <LampWords lamp={lamp} />
        <p>{say(`behind.${of}`, bounds[of] ?? {})}</p>
      </div>
      {of === 'delivery' && board.delivery.channels.length > 0 && <DeliveryTable channels={board.delivery.channels} />}
      <div class="buttons">
        {lamp.page && maySee(lamp.page) && (
          <a class="button" href={hrefOf(lamp.page, undefined, lamp.kept)}>
            {say('behind.goOn', { page: say(`page.${lamp.page}`) })} <Icon of={ArrowRight} size={20} />
          </a>
        )}
        {lamp.runbook && <RunbookLink name={lamp.runbook} isQuiet={lamp.state === 'good'} />}
      </div>
      {charts[of].length > 0 && <OverTime only={charts[of]} />}
    </>
  )
}
