import type { BoardAnswer, OrganisationAnswer, ShiftsAnswer, SitesAnswer, SupportersAnswer } from '@stillhere/contracts'
import { Heading } from '../../shared/parts/heading.tsx'
import { clockTime } from '../../shared/words/speak.ts'
import { may } from '../app.ts'
import { Behind } from '../board/behind.tsx'
import { BoardView } from '../board/board-view.tsx'
import { DeliveryTable } from '../board/delivery-table.tsx'
import { firstThings, isBoardLamp, lampsOf } from '../board/lamps.ts'
import { OverTime } from '../charts/over-time.tsx'
import { useAsked } from '../parts/asked.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { place } from '../place.ts'
import { say } from '../words.ts'

/** How soon the board is asked again. */
const everyMs = 5_000
const seldomMs = 60_000

export default function BoardPage() {
  const path = (isSeen: boolean, of: string) => (isSeen ? of : undefined)
  const board = useAsked<BoardAnswer>(path(may('see-board'), '/v1/operate/board'), everyMs)
  const shifts = useAsked<ShiftsAnswer>(path(may('see-staff'), '/v1/operate/shifts'), everyMs)
  const organisation = useAsked<OrganisationAnswer>(path(may('see-settings'), '/v1/operate/organisation'), seldomMs)
  const supporters = useAsked<SupportersAnswer>(path(may('see-staff'), '/v1/operate/supporters'), seldomMs)
  const sites = useAsked<SitesAnswer>(path(may('run-service'), '/v1/operate/sites'))
  const heard = board.body?.board.at
  const trouble = [board, shifts, organisation, supporters].find((one) => one.trouble !== undefined)
  const lamps = lampsOf({
    board: board.body?.board,
    shifts: shifts.body && { onShift: shifts.body.shifts },
    organisation: organisation.body?.organisation,
    supporters: supporters.body?.supporters,
  })
  const first = firstThings({
    organisation: organisation.body?.organisation,
    supporters: supporters.body?.supporters,
    sites: sites.body?.sites,
  })
  const { id } = place.value
  const lamp = lamps.find(({ key }) => key === id)
  if (isBoardLamp(id) && lamp && board.body) return <Behind key={id} lamp={lamp} of={id} board={board.body.board} />
  const channels = board.body?.board.delivery.channels ?? []
  return (
    <>
      <div class="page-head">
        <Heading of="board">{say('page.board')}</Heading>
        {heard && <p class="small">{say('board.heard', { time: clockTime(heard) })}</p>}
      </div>
      {trouble && <Trouble of={trouble.trouble} onAgain={trouble.again} />}
      <BoardView lamps={lamps} first={first} />
      {channels.length > 0 && (
        <section class="part">
          <h2>{say('delivery.title')}</h2>
          <DeliveryTable channels={channels} />
        </section>
      )}
      {may('see-board') && <OverTime />}
    </>
  )
}
