import type {
  AlertOrder,
  AlertOutcome,
  AlertState,
  AllClearOutcome,
  Company,
  LadderAudience,
  LadderChannel,
  ProgressKind,
  PromptKind,
  RecipientAnswer,
  RecipientKind,
  SessionKind,
  SessionOutcome,
  SessionState,
} from '@stillhere/domain'

/**
 * The closed word lists that cross a process. What `domain` declares is listed here for zod, and a word that is missing
 * from such a list is a compile error. A word is part of the contract: add one freely, never change what one means.
 */
export type {
  AlertOrder,
  AlertOutcome,
  AlertState,
  AllClearOutcome,
  Company,
  PromptKind,
  RecipientKind,
  SessionKind,
  SessionOutcome,
  SessionState,
}

/** Every word of a union, once: a missing one does not compile. */
function everyWordOf<Word extends string>() {
  return <const List extends readonly [Word, ...Word[]]>(
    ...list: [Word] extends [List[number]] ? List : [missing: Exclude<Word, List[number]>]
  ): List => list as unknown as List
}

/** Where a session is. `closed` is final. */
export const sessionStates = everyWordOf<SessionState>()('counting', 'prompting', 'alerting', 'closed')

/** `post-rescue` is the watch that follows an all-clear after naloxone. */
export const sessionKinds = everyWordOf<SessionKind>()('ordinary', 'post-rescue')

/** How a session ended. `abandoned`: an operator closed it, or the rule for an alert that nobody closed for days. */
export const sessionOutcomes = everyWordOf<SessionOutcome>()('ended-safe', 'all-clear', 'abandoned')

/** Who keeps watch. */
export const companies = everyWordOf<Company>()('timer-only', 'supporter')

/** Steps on the person's own devices, in the order in which they come. */
export const promptKinds = everyWordOf<PromptKind>()('sound', 'louder', 'ring', 'opening')

/** Where an alert is. */
export const alertStates = everyWordOf<AlertState>()('open', 'owned', 'closed')

/** How an alert may have ended: by a human's all-clear, or by the rule for one that nobody closed. */
export const alertOutcomes = everyWordOf<AlertOutcome>()(
  'safe',
  'false-alarm',
  'rescued',
  'handed-to-crew',
  'not-found',
  'abandoned',
)
/** What a human may close an alert with. */
export const allClearOutcomes = everyWordOf<AllClearOutcome>()(
  'safe',
  'false-alarm',
  'rescued',
  'handed-to-crew',
  'not-found',
)

/** Who is told of an alert, and who may own one. */
export const recipientKinds = everyWordOf<RecipientKind>()('rescuer', 'supporter')

/** Who the alert ladder tells first. */
export const alertOrders = everyWordOf<AlertOrder>()('rescuers-first', 'supporters-first', 'both')

/** Whom a step of a ladder tells, and how. */
export const ladderAudiences = everyWordOf<LadderAudience>()('first', 'supporters', 'rescuers', 'everyone')
export const ladderChannels = everyWordOf<LadderChannel>()('text', 'call', 'console')

/** What a recipient is known to have said, by text, key, link or console. */
export const recipientReplies = everyWordOf<Exclude<RecipientAnswer, 'none'>>()(
  'going',
  'cannot',
  'there',
  'safe',
  'left',
)
export type RecipientReply = (typeof recipientReplies)[number]

/** What a rescuer may say on the rescue page. */
export const rescueReplies = ['going', 'cannot', 'there', 'safe'] as const satisfies readonly RecipientReply[]
export type RescueReply = (typeof rescueReplies)[number]

/** What a rescuer may say on the rescue page of what happens there. That they are going or there is a reply. */
export const rescueProgressKinds = [
  'called-999',
  'breathing',
  'not-breathing',
  'naloxone-given',
  'crew-there',
] as const satisfies readonly ProgressKind[]
export type RescueProgressKind = (typeof rescueProgressKinds)[number]

/** What a rescuer has said about being one. `left`: by `9`; `stopped`: by `STOP`, for every text to that number. */
export const consents = ['waiting', 'agreed', 'declined', 'stopped', 'left'] as const
export type Consent = (typeof consents)[number]

/** What the disclosure folder found when it opened what was saved. */
export const checkStates = ['pending', 'ok', 'refused'] as const
export type CheckState = (typeof checkStates)[number]
/** Whether a supporter's phone said that it is theirs. */
export const numberStates = ['waiting', 'confirmed', 'denied'] as const
export type NumberState = (typeof numberStates)[number]

/** What one check-in did. */
export const checkInOutcomes = ['moved', 'unchanged', 'stoppedOpening', 'requestedAllClear', 'cancelledAlert'] as const
export type CheckInOutcome = (typeof checkInOutcomes)[number]

/** What one command on a session did: a check-in's word, or the word of extend, end and help. */
export const commandOutcomes = [...checkInOutcomes, 'extended', 'ended', 'alerted'] as const
export type CommandOutcome = (typeof commandOutcomes)[number]
