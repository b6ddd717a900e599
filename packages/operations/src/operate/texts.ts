import {
  checkWording,
  isLanguage,
  isSentenceKey,
  LANGUAGES,
  type Language,
  type OwnSentences,
  previewSentence,
  type SentenceKey,
  segmentsOf,
  sentenceKeys,
  sentencesOf,
  usableSentences,
} from '@stillhere/domain'
import { findStaff, type OwnTexts, type Queryable, storeTexts } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { loadOwnOrganisation, ownOrganisation } from './organisation.ts'
import { isStale, recordVersionedChange } from './record-change.ts'

/** An organisation's own wording in one language, as far as it fits our sentences of today. */
export function ownSentences(texts: OwnTexts, language: Language): OwnSentences {
  const stored = Object.entries(texts[language] ?? {}).flatMap(([key, { text }]) =>
    text === null ? [] : [[key, text] as const],
  )
  return stored.length === 0 ? {} : usableSentences(language, Object.fromEntries(stored))
}

/** Every sentence of the texts: the default, the organisation's own, segments, and how it reads. */
export async function listTexts(ctx: OperationContext, caller: Caller, language?: string): Promise<Answer> {
  const { texts } = await ownOrganisation(ctx.db, caller)
  const languages = (Object.keys(LANGUAGES) as Language[]).filter((one) => language === undefined || one === language)
  return answer(200, {
    texts: languages.flatMap((one) => {
      const own = ownSentences(texts, one)
      return sentenceKeys().map((key) => viewOf(texts, one, key, own))
    }),
  })
}

/** How a wording would read, and what is wrong with it; changes nothing. */
export async function previewText(
  ctx: OperationContext,
  caller: Caller,
  input: { language: string; textId: string; text: string },
): Promise<Answer> {
  const named = nameOf(input)
  if (!named) return refuse('not_found')
  const { texts } = await ownOrganisation(ctx.db, caller)
  const checked = await check(ctx.db, caller, texts, named, input.text)
  const own = { ...ownSentences(texts, named.language), [named.key]: input.text }
  const preview = previewSentence(named.key, named.language, own)
  return answer(200, {
    segments: segmentsOf(preview),
    preview,
    ...(checked.kind === 'refused' ? { problem: checked.problem, message: checked.message } : {}),
  })
}

/** The organisation's own words from the next text on; null: the default again. */
export async function changeText(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; language: string; textId: string; version?: number | undefined; text: string | null },
): Promise<Answer> {
  const named = nameOf(input)
  if (!named) return refuse('not_found')
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-text', payload }, async (tx) => {
    const { id, texts } = await loadOwnOrganisation(tx, caller)
    const { language, key } = named
    const before = texts[language]?.[key]
    if (isStale(input.version, before?.version ?? 0)) return refuse('stale_version')
    if (input.text !== null) {
      const checked = await check(tx, caller, texts, named, input.text)
      if (checked.kind === 'refused')
        return refuseBecause('text_refused', checked.message, { problem: checked.problem })
    }
    const version = (before?.version ?? 0) + 1
    const after: OwnTexts = { ...texts, [language]: { ...texts[language], [key]: { text: input.text, version } } }
    await storeTexts(tx, id, after)
    await recordVersionedChange(tx, caller, {
      kind: 'text',
      action: 'text-changed',
      thing: `${language}.${key}`,
      version,
      content: { text: input.text },
      fields: ['text'],
    })
    return answer(200, { text: viewOf(after, language, key, ownSentences(after, language)) })
  })
}

interface Named {
  language: Language
  key: SentenceKey
}

const nameOf = ({ language, textId }: { language: string; textId: string }): Named | undefined =>
  isLanguage(language) && isSentenceKey(textId) ? { language, key: textId } : undefined

async function check(db: Queryable, caller: Caller, texts: OwnTexts, { language, key }: Named, text: string) {
  const { name } = await ownOrganisation(db, caller)
  const names = [name, ...(await findStaff(db, caller.organisationId)).map((staff) => staff.name)]
  return checkWording(key, language, text, { own: ownSentences(texts, language), names })
}

function viewOf(texts: OwnTexts, language: Language, key: SentenceKey, own: OwnSentences) {
  const mine = own[key]
  const preview = previewSentence(key, language, own)
  return {
    id: key,
    language,
    version: texts[language]?.[key]?.version ?? 0,
    default: sentencesOf(language)[key],
    ...(mine === undefined ? {} : { text: mine }),
    segments: segmentsOf(preview),
    preview,
  }
}
