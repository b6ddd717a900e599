import { effect } from '@preact/signals'
import { TriangleAlert } from 'lucide'
import { approvalOf, knowDocument } from '../../shared/guidance/approval.ts'
import { type Entry, guidance } from '../../shared/guidance/guidance.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { language } from '../../shared/words/speak.ts'
import { signedGuidance } from '../alert/alert.ts'
import { say } from '../words.ts'

/** In digits where it is not English: browsers know no Welsh months, and the words weigh too much for a page in a hurry. */
const day = (iso: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: language.value === 'en' ? 'long' : 'short', timeZone: 'UTC' }).format(
    new Date(iso),
  )

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
