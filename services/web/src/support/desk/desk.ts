import type { AlertLogBody, AllClearBody, ProgressBody, SupportersFeed } from '@stillhere/contracts'

export type Feed = SupportersFeed
export type Alert = SupportersFeed['alerts'][number]
export type Card = SupportersFeed['sessions'][number]
type ProgressKind = ProgressBody['kind']
/** What is recorded with one touch. A refusal and a mistake have ways of their own. */
export type StampKind = Exclude<ProgressKind, 'declined' | 'withdrawn'>
export type ProgressLine = Alert['progress'][number]
/** What stands on the timeline: recorded, or done with a command of its own. */
export type LineKind = ProgressLine['kind']
export type AllClear = Omit<AllClearBody, 'commandId'>
export type AlertLog = Omit<AlertLogBody, 'commandId'>

/** What a supporter does with an alert. Each has its route: `POST /v1/alerts/:id/<action>`. */
export type Action =
  | { what: 'claim' | 'take-over' | 'escalate' | 'stand-down' }
  | { what: 'hand-over'; to: string }
  | { what: 'progress'; kind: ProgressKind; note?: string; of?: string }
  | ({ what: 'all-clear' } & AllClear)

/** What the owner is given of the plan, opened in this browser. */
export interface Brief {
  label?: string
  address: string
  entry?: string
  pets?: string
  naloxone?: string
  notes?: string
  callOut?: string
  ownNumber?: string
  rescuers: { id: string; name?: string }[]
}

/** `waiting`: it is being sealed. `elsewhere`: it was sealed to the key of another browser. */
export type BriefAnswer =
  | { kind: 'opened'; brief: Brief }
  | { kind: 'waiting' | 'not-owner' | 'gone' | 'elsewhere' | 'unreadable' }

/** Where alerts are answered: the service, or an exercise in this browser that looks the same. */
export interface Desk {
  readonly isPractice: boolean
  act(alertId: string, action: Action): Promise<Alert>
  brief(alertId: string): Promise<BriefAnswer>
  log(alertId: string, log: AlertLog): Promise<{ debrief: boolean }>
}
