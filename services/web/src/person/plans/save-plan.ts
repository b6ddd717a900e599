import type { PlanView } from '@stillhere/contracts'
import { NoAnswerError, RefusedError } from '../../shared/server/api.ts'
import { KeyNotPinnedError } from '../../shared/server/key-not-pinned.ts'
import { askSettings } from '../../shared/server/settings.ts'
import type { Language } from '../../shared/words/speak.ts'
import {
  api,
  askPlans,
  askService,
  becomeDevice,
  ownLanguage,
  planStore,
  plans,
  planViews,
  service,
  showPlanView,
} from '../app.ts'
import { plainText } from './plain-text.ts'
import type { KeptPlan } from './plan.ts'

/**
 * What seals, and the key to seal to: what the service offers, if the process that serves these pages vouches for it, or
 * a key it vouches for.
 */
export async function openSealing() {
  const sealing = await import('./sealing.ts').catch((cause) => {
    throw new NoAnswerError('what seals could not be fetched', { cause })
  })
  const { disclosureKeyFingerprints } = await askSettings()
  await askService()
  const offered = service.value?.disclosureKey
  if (offered === undefined) throw new Error('the service has not said its key')
  return { ...sealing, key: await sealing.trustedKey(offered, disclosureKeyFingerprints) }
}

async function keep(plan: KeptPlan): Promise<void> {
  const isKnown = plans.value.some(({ id }) => id === plan.id)
  const all = isKnown ? plans.value.map((one) => (one.id === plan.id ? plan : one)) : [...plans.value, plan]
  // First on the disk: while a PIN is needed nothing may be kept, and nothing shown.
  await planStore.save(all)
  plans.value = all
}

let last: Promise<unknown> = Promise.resolve()

/** One plan after the other: two saves of one plan at once would be two new versions of the same old one. */
function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const done = last.then(work, work)
  last = done
  return done
}

/** Trying again by itself is no use: the service, or this app, has said no. */
const isFinal = (error: unknown) =>
  error instanceof KeyNotPinnedError || (error instanceof RefusedError && error.status < 429)

/**
 * Keeps the plan on this device, then seals it and gives it to the service. Nothing readable leaves the device.
 * @throws KeyNotPinnedError, NoAnswerError, RefusedError; the plan is kept here all the same, and tried again by itself
 *   where that can help (`retry-unsaved.ts`)
 */
export const savePlan = (draft: KeptPlan): Promise<void> => inTurn(() => save(draft))

async function save(draft: KeptPlan): Promise<void> {
  const text = withoutEmpty(draft.text)
  const { unsaved: triedBefore, ...rest } = draft
  // Kept under the old version until the service has the new one.
  const mine: KeptPlan = { ...rest, text }
  await keep({ ...mine, unsaved: 'waiting' })
  try {
    await becomeDevice()
    // What became of an earlier try is not known: without an answer its number may have been taken.
    if (triedBefore && !(await askPlans())) throw new NoAnswerError('no answer')
    await keep(await give(mine))
  } catch (error) {
    if (isFinal(error)) await keep({ ...mine, unsaved: 'refused' })
    throw error
  }
}

/** Seals the plan under its next version and gives it to the service. */
async function give(plan: KeptPlan): Promise<KeptPlan> {
  const known = planViews.value[plan.id]
  const planVersion = Math.max(plan.planVersion, known?.planVersion ?? 0) + 1
  const { key, sealNumber, sealPlan } = await openSealing()
  const number = plainText(plan.ownNumber ?? '').trim()
  const body = {
    commandId: crypto.randomUUID(),
    planId: plan.id,
    planVersion,
    sealed: await sealPlan(key, { planId: plan.id, planVersion }, JSON.stringify(plan.text)),
    ...(number && { sealedOwnNumber: await sealNumber(key, { planId: plan.id, rescuerId: 'own' }, number) }),
    alertOrder: plan.alertOrder,
    ...(plan.site && { siteId: plan.site.id, siteVersion: plan.site.version }),
    ...ownLanguage(),
  }
  const isNew = plan.planVersion === 0 && known === undefined
  const answer = isNew
    ? await api<{ plan: PlanView }>('POST', '/v1/plans', body)
    : await api<{ plan: PlanView }>('PUT', `/v1/plans/${plan.id}`, body)
  showPlanView(answer.body.plan)
  return { ...plan, planVersion }
}

/** Gives the service what it does not have yet; stops at the first that gets no answer. */
export async function saveUnsaved(): Promise<void> {
  for (const { id } of plans.value.filter(({ unsaved }) => unsaved === 'waiting'))
    await inTurn(async () => {
      // As it is now: it may have been saved, or written anew, while this waited.
      const plan = plans.value.find((one) => one.id === id)
      if (plan?.unsaved === 'waiting') await save(plan)
    })
}

function withoutEmpty(text: KeptPlan['text']): KeptPlan['text'] {
  const rescuers = text.rescuers.map((one) => (one.name ? { ...one, name: plainText(one.name) } : one))
  const trimmed = Object.entries({ ...text, rescuers }).map(([name, value]) => [
    name,
    typeof value === 'string' ? plainText(value).trim() : value,
  ])
  return Object.fromEntries(trimmed.filter(([, value]) => value !== '')) as unknown as KeptPlan['text']
}

export async function deletePlan(planId: string): Promise<void> {
  if (planViews.value[planId]) await api('DELETE', `/v1/plans/${planId}`, { commandId: crypto.randomUUID() })
  const others = plans.value.filter(({ id }) => id !== planId)
  await planStore.save(others)
  plans.value = others
}

/**
 * Asks somebody, by a text that carries the word, to be a rescuer. Their number is not kept on this device.
 * @param rescuerId the same when the same is asked again: without an answer it may have been asked already, and nobody may
 *   stand on the list twice
 */
export async function addRescuer(
  plan: KeptPlan,
  rescuerId: string,
  rescuer: { name: string; number: string; word: string; language: Language },
): Promise<void> {
  const view = planViews.value[plan.id]
  const taken = new Set(view?.rescuers.map(({ position }) => position))
  const position = [1, 2, 3, 4, 5].find((place) => !taken.has(place)) ?? 5
  const { key, sealNumber } = await openSealing()
  const answer = await api<{ plan: PlanView }>('POST', `/v1/plans/${plan.id}/rescuers`, {
    commandId: crypto.randomUUID(),
    rescuerId,
    position,
    sealedNumber: await sealNumber(key, { planId: plan.id, rescuerId }, plainText(rescuer.number).trim()),
    ...(rescuer.word.trim() && { word: rescuer.word.trim() }),
    ...(rescuer.language !== 'en' && { language: rescuer.language }),
  })
  showPlanView(answer.body.plan)
  const name = rescuer.name.trim()
  const others = plan.text.rescuers.filter(({ id }) => id !== rescuerId)
  const rescuers = [...others, { id: rescuerId, ...(name && { name }) }]
  await savePlan({ ...plan, text: { ...plan.text, rescuers } })
}

export async function removeRescuer(plan: KeptPlan, rescuerId: string): Promise<void> {
  const body = { commandId: crypto.randomUUID() }
  await api('DELETE', `/v1/plans/${plan.id}/rescuers/${rescuerId}`, body)
  const rescuers = plan.text.rescuers.filter(({ id }) => id !== rescuerId)
  await savePlan({ ...plan, text: { ...plan.text, rescuers } })
}

/** Who is told first: all of the plan's rescuers, in that order. */
export async function orderRescuers(planId: string, rescuerIds: readonly string[]): Promise<void> {
  const body = { commandId: crypto.randomUUID(), rescuerIds }
  const answer = await api<{ plan: PlanView }>('PUT', `/v1/plans/${planId}/rescuers/order`, body)
  showPlanView(answer.body.plan)
}

/** A text and a call, both marked TEST, to the plan's own number. */
export async function rehearseOwnPhone(planId: string): Promise<void> {
  await api('POST', `/v1/plans/${planId}/own-phone/rehearsal`, { commandId: crypto.randomUUID(), ...ownLanguage() })
}

export async function rehearse(planId: string, rescuerId: string): Promise<void> {
  await api('POST', `/v1/plans/${planId}/rescuers/${rescuerId}/rehearsal`, { commandId: crypto.randomUUID() })
}
