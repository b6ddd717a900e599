import type { GuidanceSignOffsAnswer } from '@stillhere/contracts'
import { approvalOf } from '../../shared/guidance/approval.ts'
import { Heading } from '../../shared/parts/heading.tsx'
import { language, languages } from '../../shared/words/speak.ts'
import { type Piece, pieces, type Standing, standingOf } from '../guidance/content.ts'
import { documentName } from '../guidance/documents.ts'
import { SignOffs, signedOf } from '../guidance/sign-offs.tsx'
import { useAsked } from '../parts/asked.tsx'
import { Choice } from '../parts/field.tsx'
import { Filter, filteredBy } from '../parts/filter.tsx'
import { Table } from '../parts/table.tsx'
import { day } from '../parts/when.ts'
import { keep, place } from '../place.ts'
import { say } from '../words.ts'

const shownIn = ['rescue', 'alone', 'call'] as const
const marks = { signed: 'good', unsigned: 'wrong', overdue: 'look' } as const

/** What people are told to do with their hands: where it comes from, and who answers for it. */
export default function GuidancePage() {
  const today = new Date().toISOString().slice(0, 10)
  const signOffs = useAsked<GuidanceSignOffsAnswer>('/v1/operate/guidance')
  const signed = signOffs.body && signedOf(signOffs.body)
  const approved = ({ shown, language: spoken }: Piece) => approvalOf(documentName(shown, spoken), signed)
  const standing = (piece: Piece): Standing => standingOf(piece, approved(piece) !== undefined, today)
  const chosen = place.value.kept.language ?? language.value
  const rows = pieces.filter(
    (piece) =>
      piece.language === chosen &&
      (filteredBy('shown') === '' || piece.shown === filteredBy('shown')) &&
      (filteredBy('standing') === '' || standing(piece) === filteredBy('standing')),
  )
  const unsigned = pieces.filter((piece) => standing(piece) !== 'signed').length
  return (
    <>
      <Heading of="guidance">{say('page.guidance')}</Heading>
      <p>{say('guidance.what')}</p>
      {unsigned > 0 && (
        <p class="banner trouble">{say('guidance.unsigned', { count: unsigned, all: pieces.length })}</p>
      )}
      <div class="filters">
        <Choice
          label={say('texts.language')}
          value={chosen}
          options={Object.entries(languages)}
          onChange={(value) => keep({ language: value })}
        />
        <Filter
          name="shown"
          label={say('guidance.shown')}
          options={shownIn.map((one) => [one, say(`guidance.shown.${one}`)])}
        />
        <Filter
          name="standing"
          label={say('guidance.standing')}
          options={(['unsigned', 'overdue', 'signed'] as const).map((one) => [one, say(`guidance.standing.${one}`)])}
        />
      </div>
      <SignOffs of={signOffs} language={chosen} />
      <Table
        caption={say('page.guidance')}
        rows={rows}
        keyOf={({ key }) => key}
        columns={[
          {
            key: 'title',
            label: say('guidance.piece'),
            cell: (piece) => <Said piece={piece} />,
            by: ({ title }) => title,
          },
          {
            key: 'shown',
            label: say('guidance.shown'),
            cell: ({ shown }) => say(`guidance.shown.${shown}`),
            by: ({ shown }) => shown,
          },
          {
            key: 'sources',
            label: say('guidance.sources'),
            cell: ({ sources }) => (
              <ul class="plain sources">
                {sources.map(({ name, url }) => (
                  <li key={url} lang="en">
                    <a href={url} rel="noreferrer" target="_blank">
                      {name}
                    </a>
                  </li>
                ))}
              </ul>
            ),
          },
          { key: 'written', label: say('guidance.written'), cell: ({ writtenOn }) => day(writtenOn) },
          {
            key: 'review',
            label: say('guidance.review'),
            cell: ({ reviewBy }) => day(reviewBy),
            by: ({ reviewBy }) => reviewBy,
          },
          {
            key: 'standing',
            label: say('guidance.standing'),
            cell: (piece) => {
              const by = approved(piece)
              return (
                <>
                  <span class={`mark ${marks[standing(piece)]}`}>{say(`guidance.standing.${standing(piece)}`)}</span>
                  {by && <span class="why">{say('guidance.by', { by: by.by, on: day(by.on) })}</span>}
                </>
              )
            },
            by: standing,
          },
        ]}
      />
      {rows.length === 0 && <p>{say('filter.nothing')}</p>}
    </>
  )
}

function Said({ piece }: { piece: Piece }) {
  return (
    <span lang={piece.language}>
      {piece.title === '' ? say('guidance.callScript') : piece.title}
      {piece.say !== '' && <span class="why">{piece.say}</span>}
    </span>
  )
}
