import { TriangleAlert } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { approvalOf, knowDocument } from '../../shared/guidance/approval.ts'
import { type Entry, type Guidance, type StepName, stepNames } from '../../shared/guidance/guidance.ts'
import { Picture } from '../../shared/guidance/picture.tsx'
import { Icon } from '../../shared/look/icon.tsx'
import { dayInWords } from '../../shared/words/days.ts'
import { language } from '../../shared/words/speak.ts'
import { service } from '../app.ts'
import { Frame } from '../parts/frame.tsx'
import { say } from '../words.ts'
import { Aloud, Back } from './points.tsx'

interface Alone {
  entries: (Entry & { figure: StepName })[]
}

const files = {
  en: async () => [
    await import('../../shared/guidance/alone.gb.en.json'),
    await import('../../shared/guidance/gb.en.json'),
  ],
  cy: async () => [
    await import('../../shared/guidance/alone.gb.cy.json'),
    await import('../../shared/guidance/gb.cy.json'),
  ],
}

/** Somebody answers for these words, in the language they are shown in. */
const isSigned = (shown: 'alone' | 'rescue'): boolean =>
  approvalOf(`${shown}.gb.${language.value}`, service.value?.signedGuidance) !== undefined

/** Of one language: what somebody alone is told, and what helps another. Their hashes are known once they are here. */
async function load(): Promise<[Alone, Guidance]> {
  const of = language.value
  const [own, steps] = await files[of]()
  await Promise.all([
    knowDocument(`alone.gb.${of}`, own?.default ?? {}),
    knowDocument(`rescue.gb.${of}`, steps?.default ?? {}),
  ])
  return [own?.default as Alone, steps?.default as Guidance]
}

/** Naloxone and the recovery position, for oneself and for somebody else. Content, not code; kept on the phone. */
export function GuidancePage() {
  const [alone, setAlone] = useState<Alone>()
  const [others, setOthers] = useState<Guidance>()
  useEffect(() => {
    void load().then(([own, steps]) => {
      setAlone(own)
      setOthers(steps)
    })
  }, [language.value])
  const spoken = [...(alone?.entries ?? []), ...stepNames.flatMap((name) => others?.entries[name] ?? [])]
  const isApproved = isSigned('alone') && isSigned('rescue')
  return (
    <Frame title={say('door.guidance')} actions={<Back />}>
      {!isApproved && (
        <p class="holding">
          <Icon of={TriangleAlert} /> <span>{say('guide.notApproved')}</span>
        </p>
      )}
      <p class="lead">{say('guidance.emergency')}</p>
      <Aloud text={spoken.flatMap(({ title, say: sentence, more }) => [title, sentence, ...more])} />
      <section aria-labelledby="for-me">
        <h2 id="for-me">{say('guidance.me')}</h2>
        {alone?.entries.map((entry) => (
          <Step key={entry.title} entry={entry} figure={entry.figure} />
        ))}
      </section>
      <section aria-labelledby="for-others">
        <h2 id="for-others">{say('guidance.others')}</h2>
        {others && stepNames.map((name) => <Step key={name} entry={others.entries[name]} figure={name} />)}
      </section>
    </Frame>
  )
}

/** Part of another screen: what somebody alone needs at that moment, with the word that nobody has signed it off. */
export function AloneSteps({ of }: { of: readonly StepName[] }) {
  const [alone, setAlone] = useState<Alone>()
  useEffect(() => void load().then(([own]) => setAlone(own)), [language.value])
  return (
    <>
      {alone && !isSigned('alone') && <p class="small">{say('guide.notApproved')}</p>}
      {alone?.entries
        .filter(({ figure }) => of.includes(figure))
        .map((entry) => (
          <Step key={entry.title} entry={entry} figure={entry.figure} />
        ))}
    </>
  )
}

function Step({ entry, figure }: { entry: Entry; figure: StepName }) {
  return (
    <article class="card step-card">
      <h3>{entry.title}</h3>
      <Picture of={figure} label={entry.picture} />
      <p>
        <strong>{entry.say}</strong>
      </p>
      <ul>
        {entry.more.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <details>
        <summary>{say('guidance.sources')}</summary>
        <ul>
          {entry.sources.map(({ name, url }) => (
            <li key={url} lang="en">
              {name} ({new URL(url).hostname.replace(/^www\./, '')})
            </li>
          ))}
        </ul>
        <p class="small">
          {say('guidance.dates', { written: dayInWords(entry.writtenOn), review: dayInWords(entry.reviewBy) })}
        </p>
      </details>
    </article>
  )
}
