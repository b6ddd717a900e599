import { computed, effect, signal } from '@preact/signals'
import type { RescueReply } from '@stillhere/contracts'
import type { StepName } from '../../shared/guidance/guidance.ts'
import type { FirstLook } from './first-look.ts'
import { lookFirst } from './first-look.ts'
import { type Answered, askLink, type Link, openForLink } from './link.ts'
import { dosesOf, type Noted, type NotedKind, note } from './noted.ts'
import { forget, recall, remember } from './remembered.ts'
import { createSender, type Reply } from './replies.ts'

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
  /** It was over before this page was opened, or the link has run out. */
  | 'gone'
  /** The address is not a whole link, or there is no such link. */
  | 'unknown'
  /** Nothing has been heard yet. */
  | 'silent'

export type Place = 'first' | 'address' | 'handover' | StepName

interface Remembered {
  sealedBrief?: string
  replies: Reply[]
  noted: Noted[]
  place: Place
  openedAt: number
}

export const standing = signal<Standing>('opening')
export const alertCode = signal<string | undefined>(undefined)
export const area = signal<string | undefined>(undefined)
export const brief = signal<Brief | undefined>(undefined)
export const replies = signal<readonly Reply[]>([])
export const noted = signal<readonly Noted[]>([])
export const place = signal<Place>('first')
/** The service answered the last time it was asked. */
export const inTouch = signal(true)
/** `undefined` until the service has said whether real people are told. */
export const trial = signal<boolean | undefined>(undefined)

/** What this rescuer said last about coming; not yet acknowledged counts, the screen says which it is. */
export const lastReply = computed(() => replies.value.findLast(({ state }) => state !== 'refused')?.reply)
export const isSending = computed(() => replies.value.some(({ state }) => state === 'sending'))
export const doses = computed(() => dosesOf(noted.value))
export const isRunning = computed(() => standing.value === 'open' || standing.value === 'owned')

const askEveryMs = 5_000
const askHiddenEveryMs = 30_000
/** A link lives for twelve hours. One that ends sooner after it was opened was closed, and has not run out. */
const surelyClosedWithinMs = 6 * 3_600_000

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
    standing.value = first.kind === 'broken' ? 'unknown' : 'silent'
    return
  }
  link = first.link
  const before = await recall<Remembered>(link)
  if (before) await takeUp(link, before)
  await hearState(first.answered)
  // What this tab had already been told still stands when the network does not.
  if (standing.value === 'opening') standing.value = before?.sealedBrief ? 'open' : 'silent'
  if (!isRunning.value) return
  follow(link)
}

/** Once more from the beginning: the first time nobody answered. */
export async function tryAgain(): Promise<void> {
  standing.value = 'opening'
  await begin(lookFirst())
}

async function takeUp(of: Link, before: Remembered): Promise<void> {
  replies.value = before.replies
  noted.value = before.noted
  openedAt = before.openedAt
  await showBrief(of, before.sealedBrief)
  place.value = before.place
}

async function showBrief(of: Link, sealed: unknown): Promise<void> {
  const opened = await openForLink<Brief>(of, sealed)
  if (opened === undefined || typeof sealed !== 'string') return
  sealedBrief = sealed
  alertCode.value = opened.alertCode
  brief.value = opened
}

/** From here on the page follows the alert by itself. */
function follow(of: Link): void {
  sender = createSender({
    link: of,
    next: () => replies.value.find(({ state }) => state === 'sending'),
    heard: hearReply,
  })
  effect(() => {
    if (!isRunning.value) return
    const what: Remembered = {
      ...(brief.value && sealedBrief !== undefined && { sealedBrief }),
      replies: [...replies.value],
      noted: [...noted.value],
      place: place.value,
      openedAt,
    }
    void remember(of, what).then(() => {
      // It closed while this was being sealed.
      if (!isRunning.value) forget()
    })
  })
  sender.send()
  askLater()
  void askTrial(of)
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
  askLater(answered.kind === 'silent' ? answered.askAgainAfterMs : undefined)
}

async function hearState(answered: Answered): Promise<void> {
  const wasRunning = isRunning.value || replies.value.length > 0
  inTouch.value = answered.kind !== 'silent'
  switch (answered.kind) {
    case 'silent':
      return
    case 'over':
      return finish(wasRunning && Date.now() - openedAt < surelyClosedWithinMs ? 'closed' : 'gone')
    case 'unknown':
      // In the middle of an alert this is a fault somewhere, and no reason to take the address from a rescuer.
      if (!wasRunning) standing.value = 'unknown'
      return
    case 'answered': {
      const { state, minimum } = answered.body
      if (link && alertCode.value === undefined) {
        const opened = await openForLink<{ alertCode?: string; area?: string }>(link, minimum)
        alertCode.value = opened?.alertCode
        area.value = opened?.area
      }
      standing.value = state === 'owned' ? 'owned' : 'open'
    }
  }
}

async function hearReply(reply: Reply, answered: Answered): Promise<void> {
  inTouch.value = answered.kind !== 'silent'
  if (answered.kind === 'silent') return
  const state = answered.kind === 'answered' ? 'sent' : 'refused'
  replies.value = replies.value.map((known) => (known === reply ? { ...known, state } : known))
  if (answered.kind === 'over') return finish('closed')
  if (answered.kind !== 'answered') return
  if (link && answered.body.brief !== undefined) {
    await showBrief(link, answered.body.brief)
    if (place.value === 'first') place.value = 'address'
  }
  if (answered.body.state === 'closed') return finish('closed')
  standing.value = answered.body.state === 'owned' ? 'owned' : 'open'
}

/** Presses a button. It is sent until the service has it, and shown as sent only then. */
export function press(reply: RescueReply): void {
  // The same thing twice says nothing new, unless it is a while ago: a claim that nobody renews lapses.
  if (lastReply.value !== reply || (!isSending.value && Date.now() - pressedAt > renewAfterMs)) {
    pressedAt = Date.now()
    const wanted: RescueReply[] = [reply]
    // Whoever is there came: "going" is what brings the address that 999 will ask for.
    if (reply === 'there' && !replies.value.some(({ reply: said }) => said === 'going')) wanted.unshift('going')
    replies.value = [
      ...replies.value,
      ...wanted.map((said): Reply => ({ commandId: crypto.randomUUID(), reply: said, state: 'sending' })),
    ]
  }
  if (reply === 'cannot') {
    // Who is not going needs no address, and can ask for it again by going.
    brief.value = undefined
    sealedBrief = undefined
    place.value = 'first'
  }
  sender?.send()
}

/** "I'm there": said once, then simply the way to the steps. */
export function arrive(): void {
  if (!noted.value.some(({ kind }) => kind === 'there')) {
    // Whoever gave a dose was there and had no hand free to say so. Other taps before this were reading ahead.
    const acting = noted.value.some(({ kind }) => kind === 'naloxone')
    if (!acting) noted.value = noted.value.filter(({ kind }) => kind === 'rang-999')
    take('there')
    if (!acting) open('wake')
  } else if (place.value === 'first' || place.value === 'address') open('wake')
  press('there')
}

export function take(kind: NotedKind): void {
  noted.value = note(noted.value, kind, Date.now())
  // Whoever is busy with the steps is there, and has no hand free to say so again.
  if (lastReply.value === 'there') press('there')
}

/** Takes back what was tapped by mistake. */
export function takeBack(entry: Noted): void {
  noted.value = noted.value.filter((known) => known !== entry)
}

export function open(next: Place): void {
  place.value = next
}

/** Over. The plan and what was said go from this page; the times for the crew stay until it is left, and in no storage. */
function finish(how: 'closed' | 'gone'): void {
  standing.value = how
  sender?.stop()
  clearTimeout(timer)
  brief.value = undefined
  sealedBrief = undefined
  area.value = undefined
  replies.value = []
  forget()
}

async function askTrial(of: Link): Promise<void> {
  try {
    const response = await fetch(`${of.apiUrl}/v1/service`, { credentials: 'omit', cache: 'no-store' })
    trial.value = ((await response.json()) as { trial: boolean }).trial
  } catch {
    // It is asked again with the next page; whether it is a trial changes nothing that this page does.
  }
}
