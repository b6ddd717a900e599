import type { PlanView } from '@stillhere/contracts'
import { sealNumber, sealPlan } from '@stillhere/sealing/seal'
import { pinnedKey } from '../../shared/server/disclosure-key.ts'
import { askSettings } from '../../shared/server/settings.ts'
import { api, askService, becomeDevice, planStore, plans, planViews, service, showPlanView } from '../app.ts'
import type { KeptPlan } from './plan.ts'

/** The key to seal to: what the service offers, if the process that serves these pages vouches for it. */
async function sealingKey() {
  const { disclosureKeyFingerprints } = await askSettings()
  await askService()
  const offered = service.value?.disclosureKey
  if (offered === undefined) throw new Error('the service has not said its key')
  return pinnedKey(offered, disclosureKeyFingerprints)
}

async function keep(plan: KeptPlan): Promise<void> {
  const others = plans.value.filter(({ id }) => id !== plan.id)
  plans.value = [...others, plan]
  await planStore.save([...plans.value])
}

/**
 * Keeps the plan on this device, then seals it and gives it to the service. Nothing readable leaves the device.
 * @throws KeyNotPinnedError, NoAnswerError, RefusedError; the plan is kept here all the same
 */
export async function savePlan(draft: KeptPlan): Promise<void> {
  await becomeDevice()
  const known = planViews.value[draft.id]
  const planVersion = Math.max(draft.planVersion, known?.planVersion ?? 0) + 1
  const text = withoutEmpty(draft.text)
  // Kept under the old version until the service has the new one.
  await keep({ ...draft, text })
  const key = await sealingKey()
  const number = draft.ownNumber?.trim()
  const body = {
    commandId: crypto.randomUUID(),
    planId: draft.id,
    planVersion,
    sealed: await sealPlan(key, { planId: draft.id, planVersion }, JSON.stringify(text)),
    ...(number && { sealedOwnNumber: await sealNumber(key, { planId: draft.id, rescuerId: 'own' }, number) }),
    alertOrder: draft.alertOrder,
  }
  const isNew = draft.planVersion === 0 && known === undefined
  const answer = isNew
    ? await api<{ plan: PlanView }>('POST', '/v1/plans', body)
    : await api<{ plan: PlanView }>('PUT', `/v1/plans/${draft.id}`, body)
  await keep({ ...draft, text, planVersion })
  showPlanView(answer.body.plan)
}

function withoutEmpty(text: KeptPlan['text']): KeptPlan['text'] {
  const trimmed = Object.entries(text).map(([name, value]) => [name, typeof value === 'string' ? value.trim() : value])
  return Object.fromEntries(trimmed.filter(([, value]) => value !== '')) as unknown as KeptPlan['text']
}

export async function deletePlan(planId: string): Promise<void> {
  if (planViews.value[planId]) await api('DELETE', `/v1/plans/${planId}`, { commandId: crypto.randomUUID() })
  plans.value = plans.value.filter(({ id }) => id !== planId)
  await planStore.save([...plans.value])
}

/** Asks somebody, by a text that carries the word, to be a rescuer. Their number is not kept on this device. */
export async function addRescuer(
  plan: KeptPlan,
  rescuer: { name: string; number: string; word: string },
): Promise<void> {
  const rescuerId = crypto.randomUUID()
  const view = planViews.value[plan.id]
  const taken = new Set(view?.rescuers.map(({ position }) => position))
  const position = [1, 2, 3, 4, 5].find((place) => !taken.has(place)) ?? 5
  const key = await sealingKey()
  const answer = await api<{ plan: PlanView }>('POST', `/v1/plans/${plan.id}/rescuers`, {
    commandId: crypto.randomUUID(),
    rescuerId,
    position,
    sealedNumber: await sealNumber(key, { planId: plan.id, rescuerId }, rescuer.number.trim()),
    ...(rescuer.word.trim() && { word: rescuer.word.trim() }),
  })
  showPlanView(answer.body.plan)
  const name = rescuer.name.trim()
  const rescuers = [...plan.text.rescuers, { id: rescuerId, ...(name && { name }) }]
  await savePlan({ ...plan, text: { ...plan.text, rescuers } })
}

export async function removeRescuer(plan: KeptPlan, rescuerId: string): Promise<void> {
  const body = { commandId: crypto.randomUUID() }
  await api('DELETE', `/v1/plans/${plan.id}/rescuers/${rescuerId}`, body)
  const rescuers = plan.text.rescuers.filter(({ id }) => id !== rescuerId)
  await savePlan({ ...plan, text: { ...plan.text, rescuers } })
}

export async function rehearse(planId: string, rescuerId: string): Promise<void> {
  await api('POST', `/v1/plans/${planId}/rescuers/${rescuerId}/rehearsal`, { commandId: crypto.randomUUID() })
}
