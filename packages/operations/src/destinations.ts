import type { Destination, PlanRow, RecipientRow, RescuerRow } from '@stillhere/persistence'

/** Numbers lie under the worker's own key, each bound to the row that holds it. */
export const destinationOfRescuer = (rescuer: Pick<RescuerRow, 'id' | 'destination'>): Destination => {
  if (rescuer.destination === undefined) throw new Error('a rescuer without a checked number is to be told')
  return { rowId: rescuer.id, sealed: rescuer.destination }
}

export const destinationOfPerson = (plan: Pick<PlanRow, 'id' | 'ownDestination'>): Destination | undefined =>
  plan.ownDestination === undefined ? undefined : { rowId: plan.id, sealed: plan.ownDestination }

/** Somebody who claimed from the console may have no phone. */
export const destinationOfRecipient = (recipient: Pick<RecipientRow, 'id' | 'destination'>): Destination | undefined =>
  recipient.destination === undefined ? undefined : { rowId: recipient.id, sealed: recipient.destination }
