import { useEffect } from 'preact/hooks'
import { registerOffline } from '../../shared/server/offline.ts'
import { brief, isRunning, place, standing } from '../alert/alert.ts'
import { AddressScreen } from './address.tsx'
import { ClosedScreen } from './closed.tsx'
import { FirstScreen } from './first.tsx'
import { HandoverScreen } from './handover.tsx'
import { StepScreen } from './step.tsx'

/** Every screen after the first, loaded behind it. From then on the page opens without a network, until its alert is over. */
export function LaterScreens() {
  useEffect(() => {
    if (isRunning.value) void registerOffline('/rescue-worker.js', '/r/')
  }, [isRunning.value])
  if (standing.value === 'closed') return <ClosedScreen />
  const at = place.value
  if (at === 'handover') return <HandoverScreen />
  if (at !== 'first' && at !== 'address') return <StepScreen step={at} />
  return at === 'address' && brief.value ? <AddressScreen brief={brief.value} /> : <FirstScreen />
}
