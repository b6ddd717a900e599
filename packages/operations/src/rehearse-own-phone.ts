import {
  countTexts,
  findAlertsOfPhone,
  findPhones,
  findSessionsByOwnPhone,
  insertMessages,
  loadPlanForUpdate,
  priorities,
  readClock,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from './context.ts'
import { destinationOfPerson } from './destinations.ts'
import { actorOf, journalChange } from './journal/journal-change.ts'
import { languageOf } from './language-of.ts'
import { runCommand } from './run-command.ts'

/** One rehearsal per phone in this time, as for rescuers, whoever's plans name it. */
const everyMs = 60_000
/** And so many in a day: anybody can write any number into a plan of theirs. */
const mostInADay = 10
const dayMs = 24 * 3_600_000

/**
 * Sends a text and a voice call, both marked TEST, to the plan's own phone. Refused (`conflict`) without a number whose
 * check is ok, on a phone that said STOP, and above ten a day.
 */
export async function rehearseOwnPhone(
  ctx: OperationContext,
  caller: Caller,
  input: { commandId: string; planId: string; language?: string | undefined },
): Promise<Answer> {
  const { commandId, ...payload } = input
  const { planId } = payload
  const given = await runCommand(ctx, caller, { commandId, what: 'own-rehearsal', payload }, async (tx) => {
    const plan = await loadPlanForUpdate(tx, caller.id, planId)
    if (!plan) return refuse('not_found')
    const { organisationId, ownNumberHash: numberHash } = plan
    const destination = destinationOfPerson(plan)
    if (plan.ownCheck !== 'ok' || !numberHash || !destination) return refuse('conflict')
    const phones = await findPhones(tx, organisationId, [numberHash])
    if (phones.get(numberHash.toString('hex'))?.stopped) return refuse('conflict')
    // While a session asks that phone, or an alert is open on it, nobody is told there that this is only a test. From
    // outside it looks the same: the number may be somebody else's.
    const running = await findSessionsByOwnPhone(tx, organisationId, numberHash)
    const alerts = await findAlertsOfPhone(tx, organisationId, numberHash)
    if (running.length > 0 || alerts.some((alert) => alert.open)) return answer(202, {})
    const now = await readClock(tx)
    if ((await countTexts(tx, numberHash, 'rehearsal-own', now - dayMs)) >= mostInADay) return refuse('conflict')
    await insertMessages(
      tx,
      (['text', 'call'] as const).map((channel) => ({
        organisationId,
        recipientKind: 'person' as const,
        recipientId: plan.id,
        channel,
        template: channel === 'text' ? 'rehearsal-own' : 'rehearsal-call',
        detail: {},
        language: languageOf(input.language),
        destination,
        numberHash,
        priority: priorities.ordinary,
        // The minute is part of the key: a second one within it is the same message.
        dedupeKey: `own-rehearsal.${organisationId}.${numberHash.toString('hex')}.${Math.floor(now / everyMs)}.${channel}`,
        dueAt: now,
      })),
    )
    await journalChange(tx, {
      organisationId,
      kind: 'own-rehearsal-asked',
      actor: actorOf(caller),
      detail: { planId },
    })
    return answer(202, {})
  })
  ctx.wake.prod('outbox')
  return given
}
