import { randomInt } from 'node:crypto'
import {
  countAdoptions,
  findLadders,
  findSite,
  findSites,
  insertSite,
  loadSiteForUpdate,
  newId,
  readClock,
  retireSite as retire,
  type SiteRow,
  type SiteTemplate,
  storeSite,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { changedFields, isStale, recordChange, recordVersionedChange } from './record-change.ts'

/** Most sites of one organisation. */
const mostSites = 500
/** No vowels, so that no code is a word; nothing that is mistaken for another in print or aloud on a poor line (0 O, 1 I L). */
const letters = 'BCDFGHJKMNPQRSTVWXYZ23456789'
const codeLength = 8
const codeTries = 5

type Optional<T> = { [K in keyof T]: T[K] | undefined }
type SiteFields = Optional<SiteTemplate> & { label: string; address: string; ladderId?: string | null | undefined }

export async function listSites(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const counts = await countAdoptions(ctx.db, caller.organisationId)
  const sites = await findSites(ctx.db, caller.organisationId)
  return answer(200, { sites: sites.map((site) => viewOf(site, counts.get(site.id))) })
}

export async function createSite(
  ctx: OperationContext,
  caller: Caller,
  input: SiteFields & { commandId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'create-site', payload }, async (tx) => {
    if ((await findSites(tx, caller.organisationId)).length >= mostSites) return refuse('limit')
    if (!(await isOwnLadder(tx, caller, input.ladderId))) return refuse('not_found')
    const site = {
      id: newId(),
      version: 1,
      templateVersion: 1,
      template: templateOf(input),
      ladderId: input.ladderId ?? null,
    }
    const stored = await withNewCode((joinCode) =>
      insertSite(tx, { ...site, joinCode, organisationId: caller.organisationId }),
    )
    await recordVersionedChange(tx, caller, {
      kind: 'site',
      action: 'site-created',
      thing: site.id,
      version: 1,
      content: contentOf(site),
      fields: Object.keys(contentOf(site)),
    })
    return answer(201, { site: viewOf({ ...site, joinCode: stored }) })
  })
}

/** Its template's version moves only when the template does: a new ladder asks nobody to adopt it again. */
export async function changeSite(
  ctx: OperationContext,
  caller: Caller,
  input: SiteFields & { commandId: string; siteId: string; version?: number | undefined },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-site', payload }, async (tx) => {
    const before = await loadSiteForUpdate(tx, caller.organisationId, input.siteId)
    if (!before) return refuse('not_found')
    if (!(await isOwnLadder(tx, caller, input.ladderId))) return refuse('not_found')
    if (isStale(input.version, before.version)) return refuse('stale_version')
    const template = templateOf(input)
    const moved = changedFields(before.template, template).length > 0
    const after: SiteRow = {
      ...before,
      template,
      version: before.version + 1,
      templateVersion: before.templateVersion + (moved ? 1 : 0),
      // Left out: as it is. Null: the organisation's own.
      ladderId: input.ladderId === undefined ? before.ladderId : input.ladderId,
    }
    await storeSite(tx, after)
    await recordSiteChange(tx, caller, 'site-changed', before, after)
    return answer(200, { site: viewOf(after, (await countAdoptions(tx, caller.organisationId)).get(after.id)) })
  })
}

/** A code that has got about is replaced; plans that were adopted by the old one stay. */
export async function rotateJoinCode(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; siteId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'rotate-join-code', payload }, async (tx) => {
    const before = await loadSiteForUpdate(tx, caller.organisationId, input.siteId)
    if (!before) return refuse('not_found')
    const after = { ...before, version: before.version + 1 }
    const joinCode = await withNewCode((code) => storeSite(tx, { ...after, joinCode: code }))
    await recordChange(tx, caller, {
      action: 'site-code-changed',
      thing: before.id,
      version: after.version,
      fields: ['joinCode'],
    })
    const counts = await countAdoptions(tx, caller.organisationId)
    return answer(200, { site: viewOf({ ...after, joinCode }, counts.get(before.id)) })
  })
}

/** Its code and its ladder count no more; plans that were adopted stay as they are and say so. */
export async function retireSite(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; siteId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'retire-site', payload }, async (tx) => {
    const site = await loadSiteForUpdate(tx, caller.organisationId, input.siteId)
    if (!site) return refuse('not_found')
    await retire(tx, site.id, await readClock(tx))
    await recordChange(tx, caller, { action: 'site-retired', thing: site.id, fields: [] })
    return answer(200, {})
  })
}

/** What a person's device seals into its own plan. A wrong code, another organisation's and a former one are the same. */
export async function getPlanTemplate(ctx: OperationContext, caller: Caller, code: string): Promise<Answer> {
  const joinCode = code.toUpperCase().replace(/[\s-]/g, '')
  const looksLikeOne = joinCode.length === codeLength && [...joinCode].every((letter) => letters.includes(letter))
  const site = looksLikeOne ? await findSite(ctx.db, caller.organisationId, { joinCode }) : undefined
  if (!site) return refuse('not_found')
  const { naloxone, ...template } = site.template
  return answer(200, {
    template: {
      ...template,
      ...(naloxone ? { naloxone: naloxone.join('; ') } : {}),
      siteId: site.id,
      siteVersion: site.templateVersion,
    },
  })
}

/** Tries codes until one is nobody else's. */
async function withNewCode(store: (code: string) => Promise<boolean>): Promise<string> {
  for (let tries = 0; tries < codeTries; tries += 1) {
    const code = Array.from({ length: codeLength }, () => letters[randomInt(letters.length)]).join('')
    if (await store(code)) return code
  }
  throw new Error('every join code that was tried is taken')
}

async function isOwnLadder(tx: Transaction, caller: Caller, ladderId: string | null | undefined): Promise<boolean> {
  if (ladderId === null || ladderId === undefined) return true
  return (await findLadders(tx, caller.organisationId)).some(({ id }) => id === ladderId)
}

/** Only what was given: an optional field that is left out is not there. */
function templateOf(input: SiteFields): SiteTemplate {
  const { label, address, area, entry, pets, naloxone, notes, staffOnSite } = input
  const given = Object.entries({ area, entry, pets, naloxone, notes, staffOnSite }).filter(
    ([, value]) => value !== undefined,
  )
  return { label, address, ...Object.fromEntries(given) }
}

const contentOf = (site: Pick<SiteRow, 'template' | 'ladderId'>) => ({ ...site.template, ladderId: site.ladderId })

const recordSiteChange = (tx: Transaction, caller: Caller, action: string, before: SiteRow, after: SiteRow) =>
  recordVersionedChange(tx, caller, {
    kind: 'site',
    action,
    thing: before.id,
    version: after.version,
    content: contentOf(after),
    fields: changedFields(contentOf(before), contentOf(after)),
  })

const viewOf = ({ template, joinCode, ...site }: SiteRow, counts = { adopted: 0, behind: 0 }) => ({
  ...template,
  ...site,
  ...counts,
  joinCode: `${joinCode.slice(0, 4)}-${joinCode.slice(4)}`,
})
