/**
 * The closed word lists that cross a process. A word here is part of the contract: add one freely, never change the
 * meaning of one. `product.md` is where the words come from.
 */

/** Where a session is. `closed` is final. */
export const sessionStates = ['counting', 'prompting', 'alerting', 'closed'] as const
export type SessionState = (typeof sessionStates)[number]

/** `post-rescue` is the watch that follows an all-clear after naloxone. */
export const sessionKinds = ['ordinary', 'post-rescue'] as const
export type SessionKind = (typeof sessionKinds)[number]

/** How a session ended. `abandoned`: an operator closed it. */
export const sessionOutcomes = ['ended-safe', 'all-clear', 'abandoned'] as const
export type SessionOutcome = (typeof sessionOutcomes)[number]

/** Who keeps watch. */
export const companies = ['timer-only', 'supporter'] as const
export type Company = (typeof companies)[number]

/** Steps on the person's own devices, in the order in which they come. */
export const promptKinds = ['sound', 'louder', 'ring', 'opening'] as const
export type PromptKind = (typeof promptKinds)[number]

/** Where an alert is. */
export const alertStates = ['open', 'owned', 'closed'] as const
export type AlertState = (typeof alertStates)[number]

/** Who is told of an alert, and who may own one. */
export const responderKinds = ['supporter', 'rescuer'] as const
export type ResponderKind = (typeof responderKinds)[number]

/** Who the alert ladder tells first. */
export const alertOrders = ['rescuers-first', 'supporters-first', 'both'] as const
export type AlertOrder = (typeof alertOrders)[number]

/** What a rescuer has said about being one. `left`: by `9`; `stopped`: by `STOP`, for every text to that number. */
export const consents = ['waiting', 'agreed', 'declined', 'stopped', 'left'] as const
export type Consent = (typeof consents)[number]

/** What the disclosure folder found when it opened what was saved. */
export const checkStates = ['pending', 'ok', 'refused'] as const
export type CheckState = (typeof checkStates)[number]

/** What one check-in did. */
export const checkInOutcomes = ['moved', 'unchanged', 'stoppedOpening', 'requestedAllClear', 'cancelledAlert'] as const
export type CheckInOutcome = (typeof checkInOutcomes)[number]

/** What one command on a session did: a check-in's word, or the word of extend, end and help. */
export const commandOutcomes = [...checkInOutcomes, 'extended', 'ended', 'alerted'] as const
export type CommandOutcome = (typeof commandOutcomes)[number]

/** What a rescuer may say on the rescue page. */
export const rescueReplies = ['going', 'cannot', 'there', 'safe'] as const
export type RescueReply = (typeof rescueReplies)[number]

/** What a responder is known to have said, by text, key, link or console. */
export const responderReplies = [...rescueReplies, 'left'] as const
export type ResponderReply = (typeof responderReplies)[number]
