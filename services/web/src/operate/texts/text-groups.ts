/** Whom a sentence is for, by the beginning of its name: the order in which they are shown. */
const groups = [
  [
    'rescuer',
    /^(?:alert-first|address-follows|supporter-acting|others-going|reply-going|repeat\.(?:no-one|open)|where|generic|ring-999|post-rescue|stand-down)/,
  ],
  ['supporter', /^(?:supporter-|reply-take|open-console|repeat\.supporter|handed-over|bundle)/],
  [
    'own',
    /^(?:session-start|prompt-own|check-in-noted|end-|help-noted|alert-raised-own|all-clear-requested|plan-warning)/,
  ],
  ['all-clear', /^(?:request-all-clear|all-clear\.)/],
  ['invitation', /^(?:invitation|agreed|declined|left-noted|rehearsal)/],
  ['pager', /^pager/],
] as const

export type TextGroup = (typeof groups)[number][0] | 'answer'
export const textGroups: readonly TextGroup[] = [...groups.map(([name]) => name), 'answer']

export const groupOf = (id: string): TextGroup => groups.find(([, fits]) => fits.test(id))?.[0] ?? 'answer'
