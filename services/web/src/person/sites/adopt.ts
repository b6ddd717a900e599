import type { planTemplateAnswer } from '@stillhere/contracts'
import type { KeptPlan } from '../plans/plan.ts'

export type Template = (typeof planTemplateAnswer)['_output']['template']

/** What the site says of the place, in the order in which it is shown. */
export const templateFields = ['address', 'area', 'entry', 'pets', 'naloxone', 'notes', 'staffOnSite'] as const

/**
 * A plan from a site's template: the site says everything, the person adds their room, and what a helper should know of
 * them. The room stands first in the address: it is what somebody at the door needs.
 * @param words how a room and the staff are written in the plan, in the person's language
 */
export function adopt(
  plan: KeptPlan,
  template: Template,
  own: { code: string; room: string; notes: string },
  words: { room: (room: string) => string; staff: (staff: string) => string },
): KeptPlan {
  const room = own.room.trim()
  const notes = [template.notes, template.staffOnSite && words.staff(template.staffOnSite), own.notes.trim()]
  const { callOut, textAddress, rescuers } = plan.text
  return {
    ...plan,
    text: {
      version: 1,
      label: template.label,
      address: room ? `${words.room(room)}, ${template.address}` : template.address,
      ...(template.area && { area: template.area }),
      ...(template.entry && { entry: template.entry }),
      ...(template.pets && { pets: template.pets }),
      ...(template.naloxone && { naloxone: template.naloxone }),
      notes: notes.filter(Boolean).join('\n'),
      ...(callOut && { callOut }),
      textAddress,
      rescuers,
    },
    site: { id: template.siteId, version: template.siteVersion, code: own.code, room, notes: own.notes.trim() },
  }
}

/** The plan without its site: what stands in it is from now on the person's own to keep true. */
export function leaveSite({ site: _left, ...plan }: KeptPlan): KeptPlan {
  return plan
}
