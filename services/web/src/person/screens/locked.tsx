import { openWhereLeft } from '../app.ts'
import { Doors } from '../parts/doors.tsx'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { PinForm } from './pin-form.tsx'

/** Both PINs open the same plans; only at the end of a session do they differ, and nobody sees it. */
export function LockedScreen() {
  return (
    <Frame title={say('lock.title')}>
      <PinForm submit={say('lock.open')} onOpened={() => void openWhereLeft()} />
      <Doors of={['guidance', 'lost']} />
    </Frame>
  )
}
