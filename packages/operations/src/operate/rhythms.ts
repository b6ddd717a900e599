import { checkPrompts, checkRhythm, type PromptLadder } from '@stillhere/domain'
import {
  findRhythmsToChange,
  insertRhythm,
  newId,
  type RhythmOfOrganisation,
  readClock,
  retireRhythm as retire,
  storePrompts,
  storeRhythm,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse, refuseBecause } from '../context.ts'
import { runCommand } from '../run-command.ts'
import { loadOwnOrganisation, ownOrganisation } from './organisation.ts'
import { changedFields, isStale, recordChange, recordVersionedChange } from './record-change.ts'

/** Most rhythms a person is given to choose from. */
const mostRhythms = 30

export async function listRhythms(ctx: OperationContext, caller: Caller): Promise<Answer> {
  return answer(200, { rhythms: await findRhythmsToChange(ctx.db, caller.organisationId) })
}

interface RhythmInput {
  commandId: string
  name: string
  intervalsSeconds: number[]
}

export async function createRhythm(ctx: OperationContext, caller: Caller, input: RhythmInput): Promise<Answer> {
  const checked = checkRhythm(input.intervalsSeconds)
  if (checked.kind === 'refused') return refuseBecause('limit', checked.message)
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'create-rhythm', payload }, async (tx) => {
    await loadOwnOrganisation(tx, caller)
    const { organisationId } = caller
    if ((await findRhythmsToChange(tx, organisationId)).length >= mostRhythms) return refuse('limit')
    const rhythm: RhythmOfOrganisation = { id: newId(), ...payload, version: 1 }
    await insertRhythm(tx, { ...rhythm, organisationId })
    await recordVersionedChange(tx, caller, {
      kind: 'rhythm',
      action: 'rhythm-created',
      thing: rhythm.id,
      version: 1,
      content: payload,
      fields: Object.keys(payload),
    })
    return answer(201, { rhythm })
  })
}

/** From the next start or "using again" on: a session that runs has its own copy. */
export async function changeRhythm(
  ctx: OperationContext,
  caller: Caller,
  input: RhythmInput & { rhythmId: string; version?: number | undefined },
): Promise<Answer> {
  const checked = checkRhythm(input.intervalsSeconds)
  if (checked.kind === 'refused') return refuseBecause('limit', checked.message)
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-rhythm', payload }, async (tx) => {
    await loadOwnOrganisation(tx, caller)
    const before = (await findRhythmsToChange(tx, caller.organisationId)).find(({ id }) => id === input.rhythmId)
    if (!before) return refuse('not_found')
    if (isStale(input.version, before.version)) return refuse('stale_version')
    const content = { name: input.name, intervalsSeconds: input.intervalsSeconds }
    const was = { name: before.name, intervalsSeconds: before.intervalsSeconds }
    const rhythm = { id: before.id, ...content, version: before.version + 1 }
    await storeRhythm(tx, rhythm)
    await recordVersionedChange(tx, caller, {
      kind: 'rhythm',
      action: 'rhythm-changed',
      thing: before.id,
      version: rhythm.version,
      content,
      before: was,
      fields: changedFields(was, content),
    })
    return answer(200, { rhythm })
  })
}

/** Nobody is offered it any more. The last one stays: the screen always has one to offer. */
export async function retireRhythm(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; rhythmId: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'retire-rhythm', payload }, async (tx) => {
    await loadOwnOrganisation(tx, caller)
    const rhythms = await findRhythmsToChange(tx, caller.organisationId)
    if (!rhythms.some(({ id }) => id === input.rhythmId)) return refuse('not_found')
    if (rhythms.length === 1) return refuseBecause('conflict', 'The last rhythm cannot be retired.')
    await retire(tx, input.rhythmId, await readClock(tx))
    await recordChange(tx, caller, { action: 'rhythm-retired', thing: input.rhythmId, fields: [] })
    return answer(200, {})
  })
}

export async function getPrompts(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const { prompts, promptsVersion } = await ownOrganisation(ctx.db, caller)
  return answer(200, { prompts: { version: promptsVersion, ...prompts } })
}

/** From the next start on: a session that runs has its own copy. */
export async function changePrompts(
  ctx: OperationContext,
  caller: Caller,
  input: PromptLadder & { commandId: string; version?: number | undefined },
): Promise<Answer> {
  const prompts: PromptLadder = { steps: input.steps, alertAfterSeconds: input.alertAfterSeconds }
  const checked = checkPrompts(prompts)
  if (checked.kind === 'refused') return refuseBecause('limit', checked.message)
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'change-prompts', payload }, async (tx) => {
    const before = await loadOwnOrganisation(tx, caller)
    if (isStale(input.version, before.promptsVersion)) return refuse('stale_version')
    const version = before.promptsVersion + 1
    await storePrompts(tx, before.id, prompts, version)
    await recordVersionedChange(tx, caller, {
      kind: 'prompts',
      action: 'prompts-changed',
      thing: before.id,
      version,
      content: prompts,
      before: before.prompts,
      fields: changedFields(before.prompts, prompts),
    })
    return answer(200, { prompts: { version, ...prompts } })
  })
}
