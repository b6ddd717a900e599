import { alertCode, noted } from '../alert/alert.ts'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { HandoverCard } from './handover.tsx'
import { Emergency } from './nothing.tsx'

/** Over: said plainly. The times for the crew stay until the page is left. */
export function ClosedScreen() {
  const code = alertCode.value
  return (
    <Frame title={code ? say('closed.titleCode', { code }) : say('closed.title')} kind="closed">
      <p class="lead">{say('closed.what')}</p>
      <Emergency when={'closed.with'} />
      {noted.value.length > 0 && (
        <section class="card" aria-labelledby="card">
          <h2 id="card">{say('hand.title')}</h2>
          <HandoverCard />
        </section>
      )}
      <p class="small">{say('closed.nothing')}</p>
    </Frame>
  )
}
