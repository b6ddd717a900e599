import {
  Bell,
  BookOpenCheck,
  Clock,
  EyeOff,
  FileLock2,
  Landmark,
  MessageSquareText,
  Smartphone,
  Trash2,
  UserCheck,
} from 'lucide'
import { say } from '../words.ts'
import { keptFor } from './kept-for.ts'
import { PointsPage } from './points.tsx'

const points = [
  ['sealed', FileLock2],
  ['opened', BookOpenCheck],
  ['who', UserCheck],
  ['not', EyeOff],
  ['long', Clock],
  ['texts', MessageSquareText],
  ['push', Bell],
  ['delete', Trash2],
  ['phone', Smartphone],
  ['law', Landmark],
] as const

/** What happens to my data: the truth, also where it is not what people would like. */
export function DataPage() {
  return (
    <PointsPage
      title={say('door.data')}
      lead={say('data.lead')}
      points={points.map(([what, icon]) => ({
        icon,
        title: say(`data.${what}`),
        text: say(`data.${what}.what`, keptFor),
      }))}
      doors={['wrong', 'feedback', 'lost']}
    />
  )
}
