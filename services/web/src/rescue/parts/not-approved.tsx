import { effect } from '@preact/signals'
import { TriangleAlert } from 'lucide'
import { approvalOf, knowDocument } from '../../shared/guidance/approval.ts'
import { type Entry, guidance } from '../../shared/guidance/guidance.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { language } from '../../shared/words/speak.ts'
import { signedGuidance } from '../alert/alert.ts'
import { say } from '../words.ts'

/** Many browsers know no Welsh months: digits are right in both languages. */
const day = (iso: string): string => {
  const known = language.value === 'en' || Intl.DateTimeFormat.supportedLocalesOf('cy-GB').length > 0
  return new Intl.DateTimeFormat(language.value === 'cy' && known ? 'cy-GB' : 'en-GB', {
    timeZone: 'UTC',
    ...(known ? { dateStyle: 'long' } : { day: '2-digit', month: '2-digit', year: 'numeric' }),
  }).format(new Date(iso))
}

/* Not before the steps are here: the first screen waits for none of it. */
effect(() => {
  if (guidance.value) void knowDocument(`rescue.gb.${guidance.value.language}`, guidance.value)
})

const approval = () => guidance.value && approvalOf(`rescue.gb.${guidance.value.language}`, signedGuidance.value)

/** On every screen of guidance, until somebody has signed it off. */
export function NotApproved() {
  if (!guidance.value || approval()) return null
  return (
    <p class="not-approved">
      <Icon of={TriangleAlert} size={20} /> {say('guide.notApproved')}
    </p>
  )
}

export function Sources({ entry }: { entry: Entry }) {
  const approved = approval()
  return (
    <details class="sources">
      <summary>{say('guide.sources')}</summary>
      <ul>
        {entry.sources.map(({ name, url }) => (
          <li key={url} lang="en">
            {name} ({new URL(url).hostname.replace(/^www\./, '')})
          </li>
        ))}
      </ul>
      <p class="small">
        {say('guide.dates', { written: day(entry.writtenOn), review: day(entry.reviewBy) })}
        {approved && ` ${say('guide.approved', { by: approved.by, on: day(approved.on) })}`}
      </p>
    </details>
  )
}
