import { ChevronRight, CircleAlert, HeartPulse, type IconNode, MessageCircle, ShieldCheck, Smartphone } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { open, type Page } from '../app.ts'
import { say } from '../words.ts'

const icons: Record<Page, IconNode> = {
  guidance: HeartPulse,
  data: ShieldCheck,
  wrong: CircleAlert,
  feedback: MessageCircle,
  lost: Smartphone,
}

/** Ways to the pages that anybody may read. */
export function Doors({ of }: { of: readonly Page[] }) {
  return (
    <ul class="plain doors">
      {of.map((page) => (
        <li key={page}>
          <button type="button" onClick={() => open({ name: page })}>
            <Icon of={icons[page]} /> <span>{say(`door.${page}`)}</span> <Icon of={ChevronRight} size={20} />
          </button>
        </li>
      ))}
    </ul>
  )
}
