/**
 * Whether a supporter's phone is theirs: it is asked once when its number is saved, and again when an operator says so.
 * What it answers is worked off with the other texts (`answer-text.ts`); why alerts go to a phone that has not answered
 * yet is infra/decisions/0019.
 */
import {
  type ContactNumber,
  countTexts,
  findAlertsOfPhone,
  findPhones,
  insertMessages,
  loadContactNumberForUpdate,
  newId,
  priorities,
  readClock,
  recordClaimedWith,
  recordNumberAnswer,
  recordNumberAsked,
  type Transaction,
} from '@stillhere/persistence'
import { journalChange } from './journal/journal-change.ts'

/** Questions to one phone in a day, those of the check among them: it may be a stranger's. */
export const mostAsksADay = 3
const dayMs = 24 * 3_600_000

/**
 * `no-number`: none that was found good. `alert-open`: a question would stand beside an alert, whose `1` claims.
 * `often`: asked three times within the day.
 */
export type AskedOutcome = 'asked' | 'no-number' | 'stopped' | 'alert-open' | 'often'

/** Queues the question. Locks the supporter. */
export async function askNumber(
  tx: Transaction,
  supporterId: string,
  by: { kind: 'service' } | { kind: 'operator'; id: string },
): Promise<AskedOutcome> {
  const number = await loadContactNumberForUpdate(tx, supporterId)
  if (!number) return 'no-number'
  const { organisationId, numberHash } = number
  const phone = (await findPhones(tx, organisationId, [numberHash])).get(numberHash.toString('hex'))
  if (phone?.stopped) return 'stopped'
  if ((await findAlertsOfPhone(tx, organisationId, numberHash)).some(({ open, told }) => open && told))
    return 'alert-open'
  const now = await readClock(tx)
  if ((await countTexts(tx, numberHash, 'contact-ask', now - dayMs)) >= mostAsksADay) return 'often'
  await insertMessages(tx, [
    {
      organisationId,
      recipientKind: 'supporter',
      recipientId: number.id,
      channel: 'text',
      template: 'contact-ask',
      detail: {},
      language: number.language,
      destination: { rowId: number.id, sealed: number.destination },
      numberHash,
      priority: priorities.ordinary,
      dedupeKey: `contact-ask.${newId()}`,
      dueAt: now,
    },
  ])
  await recordNumberAsked(tx, number.id, now)
  await journalChange(tx, {
    organisationId,
    at: now,
    kind: 'supporter-number-asked',
    actor: by,
    detail: { supporterId: number.id },
  })
  return 'asked'
}

/** A number that was found good is asked, unless this very number has confirmed already (saved anew as it was). */
export async function askNewNumber(tx: Transaction, supporterId: string): Promise<void> {
  const number = await loadContactNumberForUpdate(tx, supporterId)
  if (number && number.answer !== 'confirmed') await askNumber(tx, supporterId, { kind: 'service' })
}

/** From now on the ladder of every alert passes a denied number over, also of one that is open. */
export async function recordAnswerOfNumber(
  tx: Transaction,
  number: ContactNumber,
  said: 'confirmed' | 'denied',
  now: number,
): Promise<void> {
  await recordNumberAnswer(tx, number.id, said, now)
  await journalAnswer(tx, number, said, now)
}

/** Whoever takes an alert with a phone has it in their hand: it is down as confirmed, and still proves less than an answer. */
export async function confirmByClaim(
  tx: Transaction,
  supporter: { id: string; organisationId: string },
  now: number,
): Promise<void> {
  if (await recordClaimedWith(tx, supporter.id, now)) await journalAnswer(tx, supporter, 'confirmed', now)
}

const journalAnswer = (
  tx: Transaction,
  { id, organisationId }: { id: string; organisationId: string },
  said: 'confirmed' | 'denied',
  at: number,
): Promise<void> =>
  journalChange(tx, {
    organisationId,
    at,
    kind: `supporter-number-${said}`,
    actor: { kind: 'supporter', id },
    detail: { supporterId: id },
  })
