import { brief, place, standing } from '../alert/alert.ts'
import { AddressScreen } from './address.tsx'
import { ClosedScreen } from './closed.tsx'
import { FirstScreen } from './first.tsx'
import { HandoverScreen } from './handover.tsx'
import { StepScreen } from './step.tsx'

/** Every screen after the first, loaded behind it. */
export function LaterScreens() {
  if (standing.value === 'closed') return <ClosedScreen />
  const at = place.value
  if (at === 'handover') return <HandoverScreen />
  if (at !== 'first' && at !== 'address') return <StepScreen step={at} />
  return at === 'address' && brief.value ? <AddressScreen brief={brief.value} /> : <FirstScreen />
}
