import type { PreviewTextAnswer, TextAnswer, TextsAnswer } from '@stillhere/contracts'
import {
  type CheckedWording,
  checkWording,
  countSeptets,
  isGsm7,
  isLanguage,
  isSentenceKey,
  type OwnSentences,
  previewSentence,
  segmentsOf,
} from '@stillhere/domain'
import { RotateCcw } from 'lucide'
import { useEffect, useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { language, languages } from '../../shared/words/speak.ts'
import { api, may, send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Back } from '../parts/back.tsx'
import { useDraft } from '../parts/draft.ts'
import { Choice } from '../parts/field.tsx'
import { Filter, filteredBy } from '../parts/filter.tsx'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { Table } from '../parts/table.tsx'
import { hrefOf, keep, place } from '../place.ts'
import { groupOf, textGroups } from '../texts/text-groups.ts'
import { say } from '../words.ts'

type Text = TextsAnswer['texts'][number]
const path = '/v1/operate/texts'
const longest = 300

export default function TextsPage() {
  const { id, kept } = place.value
  const [ofId, key] = id?.split(':') ?? []
  const chosen = ofId ?? kept.language ?? language.value
  const texts = useAsked<TextsAnswer>(`${path}?language=${isLanguage(chosen) ? chosen : 'en'}`)
  if (key !== undefined)
    return (
      <Answered of={texts}>
        {(body) => {
          const text = body.texts.find((one) => one.id === key)
          return text ? <OneText key={id} text={text} all={body.texts} texts={texts} /> : <Back to="texts" />
        }}
      </Answered>
    )
  return (
    <>
      <Heading of="texts">{say('page.texts')}</Heading>
      <p>{say('texts.what')}</p>
      <div class="filters">
        <Choice
          label={say('texts.language')}
          value={chosen}
          options={Object.entries(languages)}
          onChange={(value) => keep({ language: value })}
        />
        <Filter
          name="for"
          label={say('texts.for')}
          options={textGroups.map((group) => [group, say(`text.for.${group}`)])}
        />
        <Filter
          name="state"
          label={say('texts.state')}
          options={(['own', 'default', 'fixed'] as const).map((state) => [state, say(`text.state.${state}`)])}
        />
      </div>
      <Answered of={texts}>{(body) => <List texts={body.texts} />}</Answered>
    </>
  )
}

type State = 'own' | 'default' | 'fixed'
function stateOf(text: Text): State {
  if (text.text !== undefined) return 'own'
  return isFixed(text) ? 'fixed' : 'default'
}
/** A sentence that asks for a digit is said in the service's words alone: any other wording of it is refused. */
const isFixed = (text: Text): boolean => problemOf(text, `${text.default} `, {})?.problem === 'digits'

function problemOf(text: Text, typed: string, own: OwnSentences): (CheckedWording & { kind: 'refused' }) | undefined {
  if (!isLanguage(text.language) || !isSentenceKey(text.id)) return undefined
  const checked = checkWording(text.id, text.language, typed, { own })
  return checked.kind === 'refused' ? checked : undefined
}

function List({ texts }: { texts: readonly Text[] }) {
  const rows = texts.filter(
    (text) =>
      (filteredBy('for') === '' || groupOf(text.id) === filteredBy('for')) &&
      (filteredBy('state') === '' || stateOf(text) === filteredBy('state')),
  )
  return (
    <>
      <Table
        caption={say('page.texts')}
        rows={rows}
        keyOf={({ id }) => id}
        columns={[
          {
            key: 'text',
            label: say('text.text'),
            cell: (text) => (
              <a href={hrefOf('texts', `${text.language}:${text.id}`)} lang={text.language}>
                {text.text ?? text.default}
              </a>
            ),
            by: (text) => text.text ?? text.default,
          },
          {
            key: 'for',
            label: say('texts.for'),
            cell: ({ id }) => say(`text.for.${groupOf(id)}`),
            by: ({ id }) => textGroups.indexOf(groupOf(id)),
          },
          {
            key: 'state',
            label: say('texts.state'),
            cell: (text) => (
              <span class={`mark ${stateOf(text) === 'own' ? 'good' : ''}`}>{say(`text.state.${stateOf(text)}`)}</span>
            ),
            by: stateOf,
          },
          {
            key: 'segments',
            label: say('text.segments'),
            cell: ({ segments }) => segments,
            by: ({ segments }) => segments,
            isNumber: true,
          },
        ]}
      />
      {rows.length === 0 && <p>{say('filter.nothing')}</p>}
    </>
  )
}

const formOf = (text: Text) => ({ version: text.version, text: text.text ?? text.default })
const pauseMs = 500

function OneText({ text, all, texts }: { text: Text; all: readonly Text[]; texts: Asked<TextsAnswer> }) {
  const draft = useDraft(`text ${text.language} ${text.id}`, formOf(text))
  const saving = useSaving()
  const mayWrite = may('run-service') && !isFixed(text)
  const typed = draft.value.text
  const own: OwnSentences = Object.fromEntries(
    all.flatMap((one) => (one.text === undefined || one.id === text.id ? [] : [[one.id, one.text]])),
  )
  const problem = draft.isChanged ? problemOf(text, typed, own) : undefined
  const here =
    isLanguage(text.language) && isSentenceKey(text.id)
      ? previewSentence(text.id, text.language, { ...own, [text.id]: typed })
      : []

  // What only the service knows: the names of its people, which no text says.
  const [said, setSaid] = useState<{ typed: string; message?: string | undefined }>()
  useEffect(() => {
    if (!mayWrite || !draft.isChanged || problem) return undefined
    const timer = setTimeout(async () => {
      try {
        const { body } = await api<PreviewTextAnswer>('POST', `${path}/${text.language}/${text.id}/preview`, {
          text: typed,
        })
        setSaid({ typed, message: body.message })
      } catch {
        // Saving asks again, and says what is wrong.
      }
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [typed, mayWrite, problem?.problem])
  const refused = said?.typed === typed ? said.message : undefined

  async function put(value: string | null) {
    const well = await saving.run(async () => {
      await send<TextAnswer>('PUT', `${path}/${text.language}/${text.id}`, {
        version: draft.value.version,
        text: value,
      })
      await texts.again()
      draft.drop()
    })
    if (well) tell(say(value === null ? 'text.resetDone' : 'text.saved'))
  }

  return (
    <>
      <Back to="texts" />
      <Heading of={text.id}>{say('text.title', { for: say(`text.for.${groupOf(text.id)}`) })}</Heading>
      <dl class="facts">
        <dt>{say('text.default')}</dt>
        <dd lang={text.language}>{text.default}</dd>
      </dl>
      {isFixed(text) && <p class="banner">{say('text.fixedWhat')}</p>}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          void put(typed)
        }}
      >
        {mayWrite && (
          <div class="field">
            <label for="wording">{say('text.own')}</label>
            <span class="why" id="wording-why">
              {say('text.ownWhy', { most: longest })}
            </span>
            <textarea
              id="wording"
              lang={text.language}
              rows={3}
              maxLength={longest}
              aria-describedby="wording-why"
              aria-invalid={problem ? 'true' : undefined}
              value={typed}
              onInput={({ currentTarget }) => draft.set({ text: currentTarget.value })}
            />
          </div>
        )}
        <section class="previews" aria-label={say('text.preview')}>
          <h2>{say('text.preview')}</h2>
          <p class="small">{say('text.segmentsIs', { count: segmentsOf(here) })}</p>
          <ul class="plain">
            {here.map(({ template, text: whole, segments }) => (
              <li key={template}>
                <p class="bubble" lang={text.language}>
                  {whole}
                </p>
                <p class="small">
                  {isGsm7(whole)
                    ? say('text.gsm7', { count: countSeptets(whole), segments })
                    : say('text.ucs2', { count: [...whole].length, segments })}
                </p>
              </li>
            ))}
          </ul>
        </section>
        {problem && (
          <p class="wrong" role="alert">
            {say(`text.problem.${problem.problem}`)}{' '}
            <span class="small" lang="en">
              {problem.message}
            </span>
          </p>
        )}
        {!problem && refused && (
          <p class="wrong" role="alert" lang="en">
            {refused}
          </p>
        )}
        {mayWrite ? (
          <SaveBar
            saving={saving}
            isChanged={draft.isChanged}
            wrong={problem || refused ? say('text.cannotSave') : undefined}
            onDrop={draft.drop}
            merging={{
              draft,
              questions: { text: { label: say('text.own') } },
              newest: async () => {
                const newest = (await texts.newest()).texts.find((one) => one.id === text.id)
                return newest && formOf(newest)
              },
            }}
          >
            {text.text !== undefined && (
              <button type="button" disabled={draft.both.length > 0} onClick={() => void put(null)}>
                <Icon of={RotateCcw} size={18} /> {say('text.reset')}
              </button>
            )}
          </SaveBar>
        ) : (
          !may('run-service') && <p class="small">{say('app.readOnly')}</p>
        )}
      </form>
    </>
  )
}
