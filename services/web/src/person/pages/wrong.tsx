import { BatteryLow, BellOff, Clock, DoorClosed, HeartPulse, MapPinX, ServerOff, Siren, UserX, WifiOff } from 'lucide'
import { say } from '../words.ts'
import { PointsPage } from './points.tsx'

const points = [
  ['signal', WifiOff],
  ['phone', BatteryLow],
  ['silent', BellOff],
  ['address', MapPinX],
  ['nobody', UserX],
  ['service', ServerOff],
  ['ambulance', Clock],
  ['door', DoorClosed],
  ['police', Siren],
  ['body', HeartPulse],
] as const

/** What can go wrong, and what the person can do about each. */
export function WrongPage() {
  return (
    <PointsPage
      title={say('door.wrong')}
      lead={say('wrong.lead')}
      points={points.map(([what, icon]) => ({ icon, title: say(`wrong.${what}`), text: say(`wrong.${what}.what`) }))}
      doors={['guidance', 'data', 'feedback']}
    />
  )
}
