import { checkDestination } from '@stillhere/domain'
import {
  type ConfiguredOrganisation,
  findOrganisation,
  findSyntheticSettings,
  lockOrganisation,
  type Queryable,
  storeOrganisation,
  type Transaction,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { changedFields, isStale, recordVersionedChange } from './record-change.ts'

export async function getOrganisation(ctx: OperationContext, caller: Caller): Promise<Answer> {
  return answer(200, { organisation: viewOf(await ownOrganisation(ctx.db, caller)) })
}

export async function changeOrganisation(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    version?: number | undefined
    name: string
    languages: string[]
    pagerNumber: string | null
    staffingFloor: number
    colour?: string | null | undefined
  },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-organisation', payload }, async (tx) => {
    const before = await loadOwnOrganisation(tx, caller)
    if (isStale(input.version, before.version)) return refuse('stale_version')
    if (new Set(input.languages).size !== input.languages.length)
      return refuseBecause('invalid', 'languages names one twice.')
    if (input.pagerNumber !== null && checkDestination(input.pagerNumber, [before.smsNumber]).kind === 'refused')
      return refuseBecause('invalid', 'pagerNumber is not one that may be texted, or is the service\u2019s own.')
    if (input.pagerNumber === null && before.pagerNumber !== undefined) {
      const tests = await findSyntheticSettings(tx, before.id)
      if (tests?.everyMinutes !== undefined)
        return refuseBecause(
          'conflict',
          'The alarm path is tested by a schedule, and a miss pages this number: end the schedule first, or give another number.',
        )
    }
    const { name, languages, pagerNumber, staffingFloor } = input
    const { colour: _colour, ...same } = before
    const colour = input.colour === undefined ? (before.colour ?? null) : input.colour
    const after = { ...same, name, languages, staffingFloor, version: before.version + 1 }
    await storeOrganisation(tx, { ...after, pagerNumber, colour })
    // Of the pager only that it changed: a history of numbers serves nobody.
    const content = { name, languages, staffingFloor, ...(colour === null ? {} : { colour }) }
    const contentBefore = {
      name: before.name,
      languages: before.languages,
      staffingFloor: before.staffingFloor,
      ...(before.colour === undefined ? {} : { colour: before.colour }),
    }
    await recordVersionedChange(tx, caller, {
      kind: 'organisation',
      action: 'organisation-changed',
      thing: before.id,
      version: after.version,
      content,
      before: contentBefore,
      fields: [
        ...changedFields({ colour: null, ...contentBefore }, { colour: null, ...content }),
        ...((before.pagerNumber ?? null) === pagerNumber ? [] : ['pagerNumber']),
      ],
    })
    const { pagerNumber: _, ...rest } = after
    const pager = pagerNumber === null ? {} : { pagerNumber }
    return answer(200, { organisation: viewOf({ ...rest, ...pager, ...(colour === null ? {} : { colour }) }) })
  })
}

/** @throws Error: a caller's organisation is never removed */
export async function ownOrganisation(db: Queryable, caller: Caller): Promise<ConfiguredOrganisation> {
  const organisation = await findOrganisation(db, { id: caller.organisationId })
  if (!organisation) throw new Error('the organisation of a caller is gone')
  return organisation
}

/** Locked: its settings change one after the other. */
export async function loadOwnOrganisation(tx: Transaction, caller: Caller): Promise<ConfiguredOrganisation> {
  await lockOrganisation(tx, caller.organisationId)
  return ownOrganisation(tx, caller)
}

const viewOf = (organisation: ConfiguredOrganisation) => ({
  id: organisation.id,
  slug: organisation.slug,
  version: organisation.version,
  name: organisation.name,
  languages: organisation.languages,
  smsNumber: organisation.smsNumber,
  pagerNumber: organisation.pagerNumber ?? null,
  staffingFloor: organisation.staffingFloor,
  colour: organisation.colour ?? null,
})
