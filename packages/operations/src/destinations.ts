import type { Destination, PlanRow, RecipientRow, RescuerRow } from '@stillhere/persistence'

/** A rescuer's number is sealed under `planId.rescuerId`, the person's own under `planId.own`. */
export const destinationOfRescuer = (rescuer: Pick<RescuerRow, 'id' | 'planId' | 'sealedNumber'>): Destination => ({
  sealed: rescuer.sealedNumber,
  scope: rescuer.planId,
  holder: rescuer.id,
})

export const destinationOfPerson = (
  plan: Pick<PlanRow, 'id' | 'sealedOwnNumber' | 'ownCheck'>,
): Destination | undefined =>
  plan.sealedOwnNumber && plan.ownCheck === 'ok'
    ? { sealed: plan.sealedOwnNumber, scope: plan.id, holder: 'own' }
    : undefined

/** A supporter's number is sealed under `organisationId.supporterId`. */
export const destinationOfRecipient = (
  recipient: Pick<RecipientRow, 'kind' | 'id' | 'organisationId' | 'sealedNumber'>,
  planId: string,
): Destination => ({
  sealed: recipient.sealedNumber,
  scope: recipient.kind === 'rescuer' ? planId : recipient.organisationId,
  holder: recipient.id,
})
