import { ArrowLeft } from 'lucide'
import { Icon } from '../../shared/look/icon.tsx'
import { hrefOf, type Page } from '../place.ts'
import { say } from '../words.ts'

export function Back({ to }: { to: Page }) {
  return (
    <a class="back not-printed" href={hrefOf(to)}>
      <Icon of={ArrowLeft} size={18} /> {say(`page.${to}`)}
    </a>
  )
}
