import {
  closeIncident as closeRow,
  findIncidents,
  type IncidentRow,
  insertIncident,
  iso,
  loadIncidentForUpdate,
  newId,
  readClock,
  updateIncident as updateRow,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { recordChange } from '../operate/record-change.ts'
import { runCommand } from '../run-command.ts'

/** The most that the public page shows. */
export const mostIncidents = 50
/** More is a book; the last words are said by closing it. */
const mostUpdates = 50

export async function listIncidents(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const rows = await findIncidents(ctx.db, caller.organisationId, mostIncidents)
  return answer(200, { incidents: rows.map(incidentView) })
}

/** Says in public that something is wrong. Everybody reads it, so it names nobody: the words are the operator's own. */
export async function openIncident(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; severity: 'trouble' | 'down'; title: string; text: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'open-incident', payload }, async (tx) => {
    const row: IncidentRow = {
      id: newId(),
      organisationId: caller.organisationId,
      severity: input.severity,
      title: input.title,
      words: input.text,
      openedAt: await readClock(tx),
      updates: [],
    }
    await insertIncident(tx, row, caller.id)
    await recordChange(tx, caller, {
      action: 'incident-opened',
      thing: row.id,
      fields: ['severity', 'title', 'text'],
    })
    return answer(201, { incident: incidentView(row) })
  })
}

/** What is known now, beside what was said before: that stays as it was. */
export async function updateIncident(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; incidentId: string; severity?: 'trouble' | 'down' | undefined; text: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'update-incident', payload }, async (tx) => {
    const row = await loadIncidentForUpdate(tx, caller.organisationId, input.incidentId)
    if (!row) return refuse('not_found')
    if (row.closedAt !== undefined) return refuse('conflict')
    if (row.updates.length >= mostUpdates) return refuse('limit')
    const update = { at: await readClock(tx), words: input.text }
    const after = { ...row, severity: input.severity ?? row.severity, updates: [...row.updates, update] }
    await updateRow(tx, after, update)
    await recordChange(tx, caller, {
      action: 'incident-updated',
      thing: row.id,
      fields: [...(after.severity === row.severity ? [] : ['severity']), 'text'],
    })
    return answer(200, { incident: incidentView(after) })
  })
}

export async function closeIncident(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; incidentId: string; text: string },
): Promise<Answer> {
  const { commandId, ...payload } = input
  return runCommand(ctx, caller, { commandId, what: 'close-incident', payload }, async (tx) => {
    const row = await loadIncidentForUpdate(tx, caller.organisationId, input.incidentId)
    if (!row) return refuse('not_found')
    if (row.closedAt !== undefined) return refuse('conflict')
    const closedAt = await readClock(tx)
    await closeRow(tx, row.id, closedAt, input.text)
    await recordChange(tx, caller, { action: 'incident-closed', thing: row.id, fields: ['closingText'] })
    return answer(200, { incident: incidentView({ ...row, closedAt, closingWords: input.text }) })
  })
}

export const incidentView = (row: IncidentRow) => ({
  id: row.id,
  severity: row.severity,
  title: row.title,
  text: row.words,
  openedAt: iso(row.openedAt),
  updates: row.updates.map(({ at, words }) => ({ at: iso(at), text: words })),
  ...(row.closedAt ? { closedAt: iso(row.closedAt) } : {}),
  ...(row.closingWords ? { closingText: row.closingWords } : {}),
})
