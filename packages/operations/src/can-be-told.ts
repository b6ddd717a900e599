import type { RescuerRow } from '@stillhere/persistence'

/** Agreed, not stopped, and the number is not known to be dead; a landline (30006) can still be rung. */
export const canBeTold = (rescuer: RescuerRow): boolean =>
  rescuer.consent === 'agreed' && (rescuer.badCode === undefined || rescuer.badCode === '30006')
