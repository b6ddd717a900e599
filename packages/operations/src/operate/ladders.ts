import { checkLadder, type LadderStep } from '@stillhere/domain'
import {
  findLadders,
  findSettingVersions,
  insertLadder,
  iso,
  loadLadderForUpdate,
  newId,
  storeLadder,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { changedFields, isStale, recordVersionedChange } from './record-change.ts'

/** Most ladders of one organisation. */
const mostLadders = 100

export async function listLadders(ctx: OperationContext, caller: Caller): Promise<Answer> {
  return answer(200, { ladders: await findLadders(ctx.db, caller.organisationId) })
}

/** Refused before anything is written: a ladder that could fall silent is nowhere, not even unused. */
export function refuseSilent(steps: readonly LadderStep[]): Answer | undefined {
  const checked = checkLadder(steps)
  if (checked.kind === 'sound') return undefined
  const { problem, step, message } = checked
  return refuseBecause('ladder_could_fall_silent', message, { problem, ...(step === undefined ? {} : { step }) })
}

export async function createLadder(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; name: string; steps: LadderStep[] },
): Promise<Answer> {
  const silent = refuseSilent(input.steps)
  if (silent) return silent
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'create-ladder', payload }, async (tx) => {
    const { organisationId } = caller
    if ((await findLadders(tx, organisationId)).length >= mostLadders) return refuse('limit')
    const ladder = { id: newId(), name: input.name, version: 1, isDefault: false, steps: input.steps }
    await insertLadder(tx, { ...ladder, organisationId })
    await recordVersionedChange(tx, caller, {
      kind: 'ladder',
      action: 'ladder-created',
      thing: ladder.id,
      version: 1,
      content: payload,
      fields: Object.keys(payload),
    })
    return answer(201, { ladder })
  })
}

/** The next version. Alerts that are open keep the one they were raised with. */
export async function changeLadder(
  ctx: OperationContext,
  caller: Caller,
  input: {
    commandId: string
    ladderId: string
    version?: number | undefined
    name?: string | undefined
    steps: LadderStep[]
  },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-ladder', payload }, async (tx) => {
    const before = await loadLadderForUpdate(tx, caller.organisationId, input.ladderId)
    if (!before) return refuse('not_found')
    const silent = refuseSilent(input.steps)
    if (silent) return silent
    if (isStale(input.version, before.version)) return refuse('stale_version')
    const content = { name: input.name ?? before.name, steps: input.steps }
    const ladder = { ...before, ...content, version: before.version + 1 }
    await storeLadder(tx, { ...ladder, organisationId: caller.organisationId })
    await recordVersionedChange(tx, caller, {
      kind: 'ladder',
      action: 'ladder-changed',
      thing: before.id,
      version: ladder.version,
      content,
      fields: changedFields({ name: before.name, steps: before.steps }, content),
    })
    return answer(200, { ladder })
  })
}

export async function listLadderVersions(ctx: OperationContext, caller: Caller, ladderId: string): Promise<Answer> {
  const { organisationId } = caller
  const versions = await findSettingVersions(ctx.db, { organisationId, kind: 'ladder', thing: ladderId })
  if (versions.length === 0) return refuse('not_found')
  return answer(200, {
    versions: versions.map(({ version, at, actorId, content }) => ({
      version,
      at: iso(at),
      ...(actorId ? { by: actorId } : {}),
      content,
    })),
  })
}
