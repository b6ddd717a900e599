import type { AlertOutcome } from '../alert/alert.ts'
import type { AlertReason } from '../session/session.ts'
import type { SentenceKey } from './languages.ts'

/*
 * Which sentences a text is made of. Each template answers one or more forms, the fullest first; the first form that
 * fits one segment is sent, else the last. A sentence stands only while it is true ("Address follows.", "A supporter is
 * also acting."), so the values are those of the moment of sending.
 */

/** What a recipient is told of why the alert was raised. Duress reads as help: who reads it must not see a difference. */
const CAUSES = { silence: 'missed', help: 'help', duress: 'help', raised: 'raised' } as const satisfies Record<
  AlertReason,
  string
>

/** Why an alert is over: the person answered, somebody spoke to them, help reached them, or it was only closed. */
export type AllClearReason = 'answered' | 'spoken-to' | 'helped' | 'closed'

/** What is true to say at the end. `personAnswered`: the person gave a sign of life that a human then confirmed. */
export function allClearReasonOf(outcome: AlertOutcome, personAnswered: boolean): AllClearReason {
  switch (outcome) {
    case 'safe':
    case 'false-alarm':
      return personAnswered ? 'answered' : 'spoken-to'
    case 'rescued':
    case 'handed-to-crew':
      return 'helped'
    case 'not-found':
    case 'abandoned':
      return 'closed'
  }
}

/** About one alert: its four digits. */
interface OfAlert {
  code: string
}

/** What each template must be told. Codes are four digits; `…Seconds` are whole real seconds. */
export interface TextValues {
  'alert-first': OfAlert & {
    reason: AlertReason
    addressFollows: boolean
    supporterActing: boolean
    /** Rescuers who said 1 or 4, the reader excepted; never a supporter, who coordinates and goes nowhere. */
    othersGoing: number
  }
  'alert-first-supporter': OfAlert & { reason: AlertReason; othersGoing: number }
  'alert-repeat': OfAlert & { to: 'rescuer' | 'supporter'; supporterActing: boolean; othersGoing: number }
  'alert-where': OfAlert & { address?: string; entry?: string; link: string }
  'alert-generic': OfAlert & { supporterActing: boolean }
  'alert-bundle': { codes: readonly string[]; again?: boolean }
  'claim-confirmed': OfAlert & { by: 'rescuer' | 'supporter' }
  'going-noted': OfAlert & { someoneCoordinates: boolean }
  'going-noted-you-and-others': OfAlert & { someoneCoordinates: boolean; othersGoing: number }
  'cannot-noted': OfAlert
  'there-noted': OfAlert
  'safe-noted-closed': OfAlert
  'safe-reported': OfAlert
  'safe-told-owner': OfAlert
  /** `to` a rescuer it also says that they are down as going: nobody who is going is sent home. */
  'already-claimed': OfAlert & { to: 'rescuer' | 'supporter'; by: 'rescuer' | 'supporter'; time: string }
  'supporter-owns': OfAlert
  'handed-over': OfAlert
  'stand-down': OfAlert
  'post-rescue': OfAlert
  'request-all-clear': OfAlert
  'all-clear': OfAlert & { reason: AllClearReason }
  'late-reply': OfAlert
  'which-alert': { codes: readonly string[] }
  'not-understood': Nothing
  /** To a phone that no alert and no plan knows and that wrote an alert's answer. */
  'unknown-phone': Nothing
  invitation: { host: string; word?: string }
  'agreed-noted': Nothing
  'declined-noted': Nothing
  'left-noted': { code?: string }
  rehearsal: Nothing
  'rehearsal-noted': Nothing
  /** To the person's own phone, when they try it out. */
  'rehearsal-own': Nothing
  'session-start': { endCode: string }
  'prompt-own': { untilToldSeconds: number }
  'check-in-noted': { nextSeconds?: number }
  'end-noted': Nothing
  'end-code-wrong': Nothing
  'help-noted': OfAlert
  'alert-raised-own': OfAlert
  'all-clear-requested': OfAlert
  'plan-warning': Nothing
  /** To a supporter's phone, when its number is saved or an operator asks again. `host`: of the organisation's page. */
  'contact-ask': { host: string }
  'contact-confirmed': Nothing
  'contact-denied': Nothing
  'pager-unowned': { count: number; longestSeconds: number }
  'pager-engine': Nothing
  'pager-restored': { count: number }
  'pager-silent': OfAlert
  'pager-abandoning': OfAlert
  'pager-carrier': Nothing
  'pager-clock': Nothing
  'pager-plan': OfAlert
  'pager-keys': { count: number }
  /** Two people opened a plan outside an alert (decision 0016). Says neither whose nor why. */
  'pager-opening': Nothing
  'pager-synthetic': Nothing
  'pager-nobody': OfAlert
  /** `when`: day and time on the organisation's clocks. */
  'rota-hole': { people: number; floor: number; when: string }
  'floor-missed': { people: number; floor: number }
}

type Nothing = Readonly<Record<string, never>>

/** The name of a text. */
export type TextTemplate = keyof TextValues

/** A sentence, or what stands in its place when it is not true now. */
type Part = SentenceKey | false
type Form = readonly Part[]

export const TEMPLATES: { readonly [T in TextTemplate]: (values: TextValues[T]) => readonly Form[] } = {
  'alert-first': ({ reason, addressFollows, supporterActing, othersGoing }) => {
    const flags: Form = [
      addressFollows && 'address-follows',
      supporterActing && 'supporter-acting',
      othersGoing > 0 && 'others-going',
    ]
    return [
      [`alert-first.${CAUSES[reason]}`, 'reply-going-full', ...flags],
      [`alert-first.${CAUSES[reason]}`, 'reply-going', ...flags],
      ['alert-first.raised', 'reply-going', ...flags],
    ]
  },
  'alert-first-supporter': ({ reason, othersGoing }) => [
    [`supporter-first.${CAUSES[reason]}`, 'reply-take', 'open-console', othersGoing > 0 && 'others-going'],
  ],
  'alert-repeat': ({ to, supporterActing, othersGoing }) =>
    to === 'supporter'
      ? [['repeat.supporter', 'reply-take', othersGoing > 0 && 'others-going']]
      : [
          [
            othersGoing > 0 ? 'repeat.open' : 'repeat.no-one',
            'reply-going',
            supporterActing && 'supporter-acting',
            othersGoing > 0 && 'others-going',
          ],
        ],
  'alert-where': ({ address, entry }) =>
    address === undefined
      ? [['where.link']]
      : [['where.address', entry !== undefined && 'where.entry', 'reply-going', 'ring-999', 'where.link-last']],
  'alert-generic': ({ supporterActing }) => [
    ['generic.first', 'reply-going', supporterActing && 'supporter-acting'],
    ['generic.short', 'reply-going', supporterActing && 'supporter-acting'],
    ['generic.short', 'reply-going'],
  ],
  'alert-bundle': ({ again }) => [[again === true ? 'bundle.again' : 'bundle']],
  'claim-confirmed': ({ by }) =>
    by === 'supporter'
      ? [['claim.supporter', 'reply-on-the-way-short']]
      : [
          ['claim.rescuer', 'reply-on-the-way', 'ring-999'],
          ['claim.rescuer', 'reply-on-the-way-short', 'ring-999'],
        ],
  'going-noted': ({ someoneCoordinates }) => [
    ['going-noted', someoneCoordinates && 'someone-coordinates', 'reply-on-the-way-short'],
  ],
  'going-noted-you-and-others': ({ someoneCoordinates, othersGoing }) => [
    [
      'going-noted',
      othersGoing > 0 && 'others-going',
      someoneCoordinates && 'someone-coordinates',
      'reply-on-the-way-short',
    ],
    ['going-noted', othersGoing > 0 && 'others-going', 'reply-on-the-way-short'],
  ],
  'cannot-noted': () => [['cannot-noted']],
  'there-noted': () => [['there-noted', 'ring-999', 'reply-safe']],
  'safe-noted-closed': () => [['safe-noted-closed']],
  'safe-reported': () => [['safe-reported']],
  'safe-told-owner': () => [['safe-told-owner']],
  'already-claimed': ({ to, by }) =>
    to === 'rescuer' ? [[`already-going.${by}`, 'reply-on-the-way-short']] : [[`already-claimed.${by}`]],
  'supporter-owns': () => [['supporter-owns']],
  'handed-over': () => [['handed-over', 'reply-on-the-way-short']],
  'stand-down': () => [['stand-down']],
  'post-rescue': () => [['post-rescue']],
  'request-all-clear': () => [['request-all-clear']],
  'all-clear': ({ reason }) => [[`all-clear.${reason}`]],
  'late-reply': () => [['late-reply']],
  'which-alert': () => [['which-alert']],
  'not-understood': () => [['not-understood']],
  'unknown-phone': () => [['unknown-phone']],
  invitation: ({ word }) => [
    ['invitation.ask', word !== undefined && 'invitation.word', 'invitation.limits', 'invitation.reply'],
    [
      'invitation.ask-short',
      word !== undefined && 'invitation.word-short',
      'invitation.limits-short',
      'invitation.reply',
    ],
    [
      'invitation.ask-shortest',
      word !== undefined && 'invitation.word-short',
      'invitation.limits-short',
      'invitation.reply-short',
    ],
  ],
  'agreed-noted': () => [['agreed-noted']],
  'declined-noted': () => [['declined-noted']],
  'left-noted': ({ code }) => [[code === undefined ? 'left-noted' : 'left-noted.in-alert']],
  rehearsal: () => [['rehearsal']],
  'rehearsal-noted': () => [['rehearsal-noted']],
  'rehearsal-own': () => [['rehearsal-own']],
  'session-start': () => [['session-start']],
  'prompt-own': ({ untilToldSeconds }) => [[untilToldSeconds > 0 ? 'prompt-own' : 'prompt-own.now']],
  'check-in-noted': ({ nextSeconds }) => [[nextSeconds === undefined ? 'check-in-noted' : 'check-in-noted.next']],
  'end-noted': () => [['end-noted']],
  'end-code-wrong': () => [['end-code-wrong']],
  'help-noted': () => [['help-noted']],
  'alert-raised-own': () => [['alert-raised-own']],
  'all-clear-requested': () => [['all-clear-requested']],
  'plan-warning': () => [['plan-warning']],
  'contact-ask': () => [['contact-ask']],
  'contact-confirmed': () => [['contact-confirmed']],
  'contact-denied': () => [['contact-denied']],
  'pager-unowned': ({ count }) => [[count === 1 ? 'pager-unowned.one' : 'pager-unowned']],
  'pager-engine': () => [['pager-engine']],
  'pager-restored': () => [['pager-restored']],
  'pager-silent': () => [['pager-silent']],
  'pager-abandoning': () => [['pager-abandoning']],
  'pager-carrier': () => [['pager-carrier']],
  'pager-clock': () => [['pager-clock']],
  'pager-plan': () => [['pager-plan']],
  'pager-keys': () => [['pager-keys']],
  'pager-opening': () => [['pager-opening']],
  'pager-synthetic': () => [['pager-synthetic']],
  'pager-nobody': () => [['pager-nobody']],
  'rota-hole': () => [['rota-hole']],
  'floor-missed': () => [['floor-missed']],
}
