import { computed, effect, signal } from '@preact/signals'
import type { RescueReply, SignedGuidance } from '@stillhere/contracts'
import type { StepName } from '../../shared/guidance/guidance.ts'
import type { FirstLook } from './first-look.ts'
import { lookFirst } from './first-look.ts'
import { type Answered, askLink, type Link, openForLink } from './link.ts'
import { dosesOf, type Noted, note } from './noted.ts'
import { forget, recall, remember } from './remembered.ts'
import { createSender, type Statement } from './replies.ts'

/*
 * All that the page knows and does: what the service says of the alert, what the rescuer said, what they tapped, which
 * screen is open. Screens read the signals and call the functions.
 */

/** The plan as this link may read it. */
export interface Brief {
  alertCode: string
  address: string
  entry?: string
  pets?: string
  naloxone?: string
  notes?: string
  callOut?: string
  ownNumber?: string
}

export type Standing =
  | 'opening'
  /** Running; nobody has it, or somebody does. */
  | 'open'
  | 'owned'
  /** It was running while this page was open, and now it is over. */
  | 'closed'
  /** It was over before this page was opened. */
  | 'over'
  /** The link has run out; the alert may go on. */
  | 'expired'
  /** The address is not a whole link, or there is no such link. */
  | 'unknown'
  /** Nothing has been heard yet. */
  | 'silent'

export type Place = 'first' | 'address' | 'handover' | StepName

interface Remembered {
  sealedBrief?: string
  /** Since before there were other statements than replies. */
  replies: Statement[]
  noted: Noted[]
  place: Place
  openedAt: number
}

export const standing = signal<Standing>('opening')
export const alertCode = signal<string | undefined>(undefined)
export const area = signal<string | undefined>(undefined)
export const brief = signal<Brief | undefined>(undefined)
/** All that this page says or has said to the service, oldest first. */
export const statements = signal<readonly Statement[]>([])
/** How many other rescuers are going or there. */
export const othersGoing = signal(0)
/** What the organisation of this alert answers for, as far as the service has said. */
export const signedGuidance = signal<SignedGuidance>([])
export const noted = signal<readonly Noted[]>([])
export const place = signal<Place>('first')
/** The service answered the last time it was asked. */
export const inTouch = signal(true)
/** `undefined` until the service has said whether real people are told. */
export const trial = signal<boolean | undefined>(undefined)

export const replies = computed(() => statements.value.filter((said) => 'reply' in said))
/** What this rescuer said last about coming; not yet acknowledged counts, the screen says which it is. */
export const lastReply = computed(() => replies.value.findLast(({ state }) => state !== 'refused')?.reply)
export const isSending = computed(() => statements.value.some(({ state }) => state === 'sending'))
export const doses = computed(() => dosesOf(noted.value))
export const isRunning = computed(() => standing.value === 'open' || standing.value === 'owned')

const askEveryMs = 5_000
const askHiddenEveryMs = 30_000
/** A rescuer's claim holds for five minutes, and any reply renews it. */
const renewAfterMs = 120_000

let link: Link | undefined
let pressedAt = 0
let sealedBrief: string | undefined
let openedAt = Date.now()
let sender: ReturnType<typeof createSender> | undefined
let timer: ReturnType<typeof setTimeout> | undefined
let listening = false

export async function begin(look: Promise<FirstLook>): Promise<void> {
  const first = await look
  if (first.kind !== 'looked') {
    standing.value = first.kind === 'broken' ? 'unknown' : first.kind
    return
  }
  link = first.link
  const before = await recall<Remembered>(link)
  if (before) await takeUp(link, before)
  await hearState(first.answered)
  void askTrial(link)
  // What this tab had already been told still stands when the network does not.
  if (standing.value === 'opening') standing.value = before ? 'open' : 'silent'
  if (isRunning.value) follow(link)
  else if (standing.value === 'silent') askUntilHeard(link)
}

/** Nobody answered yet: without anybody's doing, as soon as there is a network. */
function askUntilHeard(of: Link): void {
  timer = setTimeout(async () => {
    if (standing.value !== 'silent' || link !== of) return
    await hearState(await askLink(of, ''))
    if (isRunning.value) follow(of)
    else if (standing.value === 'silent') askUntilHeard(of)
  }, askEveryMs)
}

/**
 * There is a link and no network, and the tab knows nothing of the alert: the rescuer may go on to the steps. What they say
 * waits for the network, which may also say that it is over.
 */
export function goOnWithoutNetwork(): void {
  if (link === undefined || standing.value !== 'silent') return
  clearTimeout(timer)
  standing.value = 'open'
  place.value = 'wake'
  follow(link)
}

/** Whether there is a link to go on with. */
export const mayGoOn = (): boolean => link !== undefined

/** Once more from the beginning: the first time nobody answered. */
export async function tryAgain(): Promise<void> {
  clearTimeout(timer)
  standing.value = 'opening'
  await begin(lookFirst())
}

async function takeUp(of: Link, before: Remembered): Promise<void> {
  statements.value = before.replies
  noted.value = before.noted
  openedAt = before.openedAt
  await showBrief(of, before.sealedBrief)
  place.value = before.place
}

async function showBrief(of: Link, sealed: unknown): Promise<void> {
  const opened = await openForLink<Brief>(of, sealed)
  // "I can't" was pressed while this was on its way: who is not going is shown no address.
  if (opened === undefined || typeof sealed !== 'string' || lastReply.value === 'cannot') return
  sealedBrief = sealed
  alertCode.value = opened.alertCode
  brief.value = opened
}

/** From here on the page follows the alert by itself. */
function follow(of: Link): void {
  if (sender !== undefined) return
  sender = createSender({
    link: of,
    next: () => statements.value.find(({ state }) => state === 'sending'),
    heard: hearReply,
  })
  effect(() => {
    if (!isRunning.value) return
    const what: Remembered = {
      ...(brief.value && sealedBrief !== undefined && { sealedBrief }),
      replies: [...statements.value],
      noted: [...noted.value],
      place: place.value,
      openedAt,
    }
    void remember(of, what).then(() => {
      // It closed while this was being sealed.
      if (!isRunning.value) forget(standing.value === 'expired' ? 'expired' : 'closed')
    })
  })
  sender.send()
  askLater()
  if (listening) return
  listening = true
  const now = () => {
    if (document.visibilityState !== 'visible') return
    sender?.send()
    void askNow()
  }
  for (const [target, event] of [
    [document, 'visibilitychange'],
    [window, 'pageshow'],
    [window, 'focus'],
    [window, 'online'],
  ] as const)
    target.addEventListener(event, now)
  window.addEventListener('offline', () => {
    inTouch.value = false
  })
}

function askLater(after = document.visibilityState === 'visible' ? askEveryMs : askHiddenEveryMs): void {
  clearTimeout(timer)
  if (isRunning.value) timer = setTimeout(() => void askNow(), after)
}

let asking = false
async function askNow(): Promise<void> {
  if (link === undefined || asking || !isRunning.value) return
  asking = true
  const answered = await askLink(link, '')
  asking = false
  if (!isRunning.value) return
  await hearState(answered)
  void askTrial(link)
  askLater(answered.kind === 'silent' ? answered.askAgainAfterMs : undefined)
}

async function hearState(answered: Answered): Promise<void> {
  const wasRunning = isRunning.value || statements.value.length > 0
  inTouch.value = answered.kind !== 'silent'
  switch (answered.kind) {
    case 'silent':
      return
    case 'over':
      return finish(answered.reason === 'expired' ? 'expired' : wasRunning ? 'closed' : 'over')
    case 'unknown':
      // In the middle of an alert this is a fault somewhere, and no reason to take the address from a rescuer.
      if (!wasRunning) standing.value = 'unknown'
      return
    case 'answered': {
      const { state, minimum } = answered.body
      othersGoing.value = Number(answered.body.othersGoing ?? 0)
      signedGuidance.value = (answered.body.signedGuidance ?? []) as SignedGuidance
      if (link && alertCode.value === undefined) {
        const opened = await openForLink<{ alertCode?: string; area?: string }>(link, minimum)
        alertCode.value = opened?.alertCode
        area.value = opened?.area
      }
      standing.value = state === 'owned' ? 'owned' : 'open'
    }
  }
}

async function hearReply(said: Statement, answered: Answered): Promise<void> {
  inTouch.value = answered.kind !== 'silent'
  if (answered.kind === 'silent') return
  const state = answered.kind === 'answered' ? 'sent' : 'refused'
  statements.value = statements.value.map((known) => (known === said ? { ...known, state } : known))
  if (answered.kind === 'over') return finish(answered.reason)
  if (answered.kind !== 'answered') return
  if (link && answered.body.brief !== undefined) {
    await showBrief(link, answered.body.brief)
    if (place.value === 'first' && brief.value) place.value = 'address'
  }
  if (answered.body.state === 'closed') return finish('closed')
  standing.value = answered.body.state === 'owned' ? 'owned' : 'open'
}

/** Presses a button. It is sent until the service has it, and shown as sent only then. */
export function press(reply: RescueReply): void {
  // The same thing twice says nothing new, unless it is a while ago: a claim that nobody renews lapses.
  const waits = replies.value.some(({ state }) => state === 'sending')
  if (lastReply.value !== reply || (!waits && Date.now() - pressedAt > renewAfterMs)) {
    pressedAt = Date.now()
    const wanted: RescueReply[] = [reply]
    // Whoever is there came: "going" is what brings the address that 999 will ask for.
    if (reply === 'there' && !replies.value.some(({ reply: said }) => said === 'going')) wanted.unshift('going')
    for (const reply of wanted) tell({ commandId: crypto.randomUUID(), reply, state: 'sending' })
  }
  if (reply === 'cannot') {
    // Who is not going needs no address, and can ask for it again by going.
    brief.value = undefined
    sealedBrief = undefined
    place.value = 'first'
  }
  sender?.send()
}

/** Puts a statement behind all that waits. */
export function tell(said: Statement): void {
  statements.value = [...statements.value, said]
  sender?.send()
}

/** "I'm there": said once, then simply the way to the steps. */
export function arrive(): void {
  if (!noted.value.some(({ kind }) => kind === 'there')) {
    // Whoever gave a dose was there and had no hand free to say so. Other taps before this were reading ahead.
    const acting = noted.value.some(({ kind }) => kind === 'naloxone')
    if (!acting) noted.value = noted.value.filter(({ kind }) => kind === 'rang-999' || kind === 'called-999')
    noted.value = note(noted.value, 'there', Date.now())
    if (!acting) open('wake')
  } else if (place.value === 'first' || place.value === 'address') open('wake')
  press('there')
}

export function open(next: Place): void {
  place.value = next
}

/** Over. The plan and what was said go from this page; the times for the crew stay until it is left, and in no storage. */
function finish(how: 'closed' | 'over' | 'expired'): void {
  standing.value = how
  sender?.stop()
  clearTimeout(timer)
  brief.value = undefined
  sealedBrief = undefined
  area.value = undefined
  statements.value = []
  forget(how === 'expired' ? 'expired' : 'closed')
}

/** Asked until it is known: a page that came out of the phone's own storage must not lose the word. */
async function askTrial(of: Link): Promise<void> {
  if (trial.value !== undefined || of.apiUrl === undefined) return
  try {
    const response = await fetch(`${of.apiUrl}/v1/service`, { credentials: 'omit', cache: 'no-store' })
    if (response.ok) trial.value = ((await response.json()) as { trial: boolean }).trial
  } catch {
    // It is asked again with the next question to the service.
  }
}
