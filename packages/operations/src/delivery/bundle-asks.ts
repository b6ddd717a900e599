/**
 * One supporter, many alerts (C33). Each alert has a text of its own for each supporter, as a row of its own. Two at once
 * go out as they are. From the third on within ten seconds they wait a moment for each other, and whoever claims one
 * takes all that wait for that phone: one text then names all alerts that nobody has on it, and the other rows end there.
 * Rescuers' texts are never gathered: each of theirs is about somebody else.
 */
import {
  bundleInto,
  countRecentlyAsked,
  findOpenOnPhone,
  loadQueuedAsksForUpdate,
  type MessageRow,
  type NewMessage,
  type Transaction,
} from '@stillhere/persistence'

/** So many alerts are told one by one; a phone can still tell them apart. */
const toldSingly = 2
/** Real time, not paced: how long texts wait for each other, and over which time they are counted. */
const gatherWithinMs = 1_500
const countedOverMs = 10_000

const isAsk = (message: Pick<NewMessage, 'template' | 'recipientKind' | 'numberHash' | 'detail'>): boolean =>
  message.recipientKind === 'supporter' &&
  message.numberHash !== undefined &&
  message.detail.forced !== true &&
  (message.template === 'alert-first-supporter' || message.template === 'alert-repeat')

const phoneOf = (message: Pick<NewMessage, 'organisationId' | 'numberHash'>): string =>
  `${message.organisationId}.${message.numberHash?.toString('hex')}`

/** Lets what is more than two texts for one supporter in ten seconds wait for the rest. Changes `dueAt` in place. */
export async function gatherForBundle(tx: Transaction, messages: readonly NewMessage[], now: number): Promise<void> {
  const asks = messages.filter(isAsk)
  if (asks.length === 0) return
  const recent = await countRecentlyAsked(
    tx,
    asks.flatMap(({ organisationId, numberHash }) => (numberHash ? [{ organisationId, numberHash }] : [])),
    now - countedOverMs,
  )
  for (const [phone, own] of Map.groupBy(asks, phoneOf)) {
    const atOnce = Math.max(0, toldSingly - (recent.get(phone) ?? 0))
    for (const ask of own.slice(atOnce)) ask.dueAt = now + gatherWithinMs
  }
}

/**
 * Where one of the messages that were claimed now is a supporter's ask and more than two wait for that phone, makes one
 * text of them all. @returns what is still to be sent
 */
export async function bundleAsks<M extends MessageRow>(tx: Transaction, claimed: readonly M[]): Promise<M[]> {
  const phones = Map.groupBy(claimed.filter(isAsk), phoneOf)
  if (phones.size === 0) return [...claimed]
  const waiting = Map.groupBy(
    await loadQueuedAsksForUpdate(
      tx,
      [...phones.values()].flatMap(([first]) => (first?.numberHash ? [first.numberHash] : [])),
    ),
    phoneOf,
  )
  const replaced = new Map<string, M | undefined>()
  for (const [phone, own] of phones) {
    const others = [...own.slice(1), ...(waiting.get(phone) ?? []).filter(isAsk)]
    const [lead] = own
    if (!lead?.numberHash || others.length + 1 <= toldSingly) continue
    const open = await findOpenOnPhone(tx, lead.organisationId, lead.numberHash)
    const asked = new Set([lead, ...others].map(({ alertId }) => alertId))
    const detail = {
      ...lead.detail,
      codes: open.map(({ code }) => code).join(' '),
      alerts: [...asked].join(' '),
      ...([lead, ...others].every(({ template }) => template === 'alert-repeat') ? { again: true } : {}),
    }
    await bundleInto(
      tx,
      { id: lead.id, detail },
      others.map(({ id }) => id),
    )
    for (const other of own) replaced.set(other.id, undefined)
    replaced.set(lead.id, { ...lead, template: 'alert-bundle', detail })
  }
  return claimed.flatMap((message) => {
    if (!replaced.has(message.id)) return [message]
    const instead = replaced.get(message.id)
    return instead ? [instead] : []
  })
}

/** The alerts that a message tells of: one, or those of a bundle. */
export const alertsOf = (message: Pick<MessageRow, 'alertId' | 'template' | 'detail'>): string[] =>
  message.template === 'alert-bundle'
    ? String(message.detail.alerts ?? '').split(' ')
    : message.alertId
      ? [message.alertId]
      : []
