import { defaults, paced } from '@stillhere/domain'
import { findOrganisations, findUnowned, insertMessages, priorities, readClock } from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { workOffInHalves } from './in-halves.ts'

/** The pager says how many alerts nobody owns, every minute until somebody does. Nominal seconds. */
const everySeconds = 60
/** And rings, because a text wakes nobody at three in the morning. Nominal seconds. */
const ringEverySeconds = 120
/** The same trouble is paged once in this time. Nominal seconds. */
const sameTroubleSeconds = 300

/**
 * One page per organisation and minute, whoever looks: the key of the message is the minute. One that cannot be written
 * keeps no other organisation's back.
 */
export async function pageUnowned(ctx: OperationContext): Promise<{ found: number }> {
  const everyMs = paced(everySeconds, ctx.pace)
  const unowned = await findUnowned(ctx.db, everyMs, defaults.abandonAfterSeconds * 1_000)
  const found = await workOffInHalves(
    ctx,
    unowned,
    (some) => pageOf(ctx, some, everyMs),
    (_organisation, error) => ctx.events.trouble('poisonRow', { reason: 'pager', error }),
  )
  if (found > 0) ctx.wake.prod('outbox')
  return { found }
}

async function pageOf(
  ctx: OperationContext,
  unowned: readonly Awaited<ReturnType<typeof findUnowned>>[number][],
  everyMs: number,
): Promise<number> {
  await ctx.db.transaction(async (tx) => {
    const now = await readClock(tx)
    const organisations = await findOrganisations(
      tx,
      unowned.map((row) => row.organisationId),
    )
    await insertMessages(
      tx,
      unowned.flatMap((row) => {
        const organisation = organisations.find((one) => one.id === row.organisationId)
        if (!organisation?.pagerNumber) return []
        return [
          pagerMessage(row.organisationId, 'pager-unowned', `${Math.floor(now / everyMs)}`, now, {
            count: row.count,
            longestSeconds: Math.round((now - row.oldestAt) / 1_000),
          }),
          pagerCall(row.organisationId, `unowned.${Math.floor(now / paced(ringEverySeconds, ctx.pace))}`, now),
        ]
      }),
    )
  })
  return unowned.length
}

export type PagerTemplate =
  | 'pager-unowned'
  | 'pager-engine'
  | 'pager-carrier'
  | 'pager-clock'
  | 'pager-plan'
  | 'pager-keys'

/** Nobody may be told of anything while these last: the pager rings, too. */
const rings: readonly PagerTemplate[] = ['pager-engine', 'pager-carrier']

/** Tells an organisation's operator at once; the same trouble at most once in five minutes. */
export async function pageOperator(
  ctx: OperationContext,
  organisationId: string,
  template: PagerTemplate,
  detail: Record<string, string | number> = {},
): Promise<void> {
  await ctx.db.transaction(async (tx) =>
    insertMessages(tx, pagesOf(organisationId, template, await readClock(tx), ctx.pace, detail)),
  )
  ctx.wake.prod('outbox')
}

/** The same, for whoever writes them in a transaction of their own. */
export function pagesOf(
  organisationId: string,
  template: PagerTemplate,
  now: number,
  pace: number,
  detail: Record<string, string | number> = {},
) {
  const bucket = Math.floor(now / paced(sameTroubleSeconds, pace))
  return [
    pagerMessage(organisationId, template, `${bucket}`, now, detail),
    ...(rings.includes(template) ? [pagerCall(organisationId, `${template}.${bucket}`, now)] : []),
  ]
}

/**
 * A page that names an alert by its digits. With a pace: again every five minutes for as long as it is asked for; without
 * one: once.
 */
export const pageAboutAlert = (
  template: 'pager-silent' | 'pager-abandoning',
  alert: { alertId: string; organisationId: string; code: string },
  now: number,
  pace?: number,
) => {
  const bucket = pace === undefined ? 'once' : `${Math.floor(now / paced(sameTroubleSeconds, pace))}`
  return pagerMessage(alert.organisationId, template, `${alert.alertId}.${bucket}`, now, { code: alert.code })
}

/** A page; one with the same template and `bucket` is the same page. */
export const pagerMessage = (
  organisationId: string,
  template:
    | PagerTemplate
    | 'pager-nobody'
    | 'pager-silent'
    | 'pager-abandoning'
    | 'rota-hole'
    | 'floor-missed'
    | 'pager-synthetic'
    | 'pager-restored'
    | 'pager-opening',
  bucket: string,
  now: number,
  detail: Record<string, string | number>,
) => ({
  organisationId,
  recipientKind: 'pager' as const,
  recipientId: organisationId,
  channel: 'text' as const,
  template,
  detail,
  language: 'en',
  priority: priorities.alert,
  dedupeKey: `${template}.${organisationId}.${bucket}`,
  dueAt: now,
})

/** The same pager by another route: it rings. One with the same `bucket` is the same call. */
export const pagerCall = (organisationId: string, bucket: string, now: number) => ({
  ...pagerMessage(organisationId, 'pager-synthetic', bucket, now, {}),
  channel: 'call' as const,
  template: 'pager-call',
  dedupeKey: `pager-call.${organisationId}.${bucket}`,
})
