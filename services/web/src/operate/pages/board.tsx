import type { BoardAnswer, OrganisationAnswer, ShiftsAnswer, SitesAnswer, SupportersAnswer } from '@stillhere/contracts'
import { Heading } from '../../shared/parts/heading.tsx'
import { clockTime } from '../../shared/words/speak.ts'
import { may } from '../app.ts'
import { BoardView } from '../board/board-view.tsx'
import { firstThings, lampsOf } from '../board/lamps.ts'
import { useAsked } from '../parts/asked.tsx'
import { Trouble } from '../parts/trouble.tsx'
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
  return (
    <>
      <div class="page-head">
        <Heading of="board">{say('page.board')}</Heading>
        {heard && <p class="small">{say('board.heard', { time: clockTime(heard) })}</p>}
      </div>
      {trouble && <Trouble of={trouble.trouble} onAgain={trouble.again} />}
      <BoardView lamps={lamps} first={first} />
    </>
  )
}
