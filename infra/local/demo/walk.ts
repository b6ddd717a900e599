import type { SessionView } from '@stillhere/contracts'
import {
  type Console,
  type HeardText,
  type LiveSocket,
  openLive,
  type Person,
  type Phone,
  type RealStack,
  signInToConsole,
  until,
} from '@stillhere/testkit'
import type { Timeline } from './timeline.ts'

/** Longer than any step takes on a loaded machine; what the service promises is measured, not waited for. */
const withinMs = 20_000

const plan = {
  label: 'Home',
  address: 'Flat 9, Marigold House, Leeds LS2',
  entry: 'Buzzer nine, second floor',
  naloxone: 'Kitchen drawer, left of the sink',
  callOut: 'Robin',
  textAddress: true,
}

/** The people of the demo and what they hold. */
interface Cast {
  stack: RealStack
  timeline: Timeline
  person: Person
  rescuer: Phone
  ownPhone: Phone
  /** A supporter: their phone, their console, and the live socket under it. */
  supporter: { phone: Phone; console: Console; live: LiveSocket }
}

/** The demo organisation's supporter, by the number that `npm start` gives them too. */
const supportersNumber = '+447700900011'

/**
 * The main job, from outside: an anonymous device, a plan, a rescuer who agrees, a supporter on shift, a session, silence,
 * the alert, both of them told, the all-clear, the watch after it. Rejects at the first thing that is not as it should be.
 */
export async function walk(stack: RealStack, timeline: Timeline, pace: number): Promise<void> {
  // On a loaded machine the ladder may rightly go on while the rescuer's thumb is still on its way.
  stack.phones.allow(/^\d{4} AGAIN/, /^Are you OK\?/, /^OPERATOR/)
  stack.phones.allowCalls()
  timeline.step('Everything runs: api, gateway, two workers, web, stores and a carrier simulator')
  const supporter = await comeOnShift(stack, timeline)
  const person = await stack.newPerson()
  timeline.step('A device joins: anonymous, no name, no number, no e-mail')
  const cast: Cast = { stack, timeline, person, supporter, rescuer: stack.newPhone(), ownPhone: stack.newPhone() }

  await savePlanAndInvite(cast)
  const live = await runSession(cast, pace)
  await fallSilent(cast, live)
  const told = await beTold(cast)
  await answer(cast, live, told)
  await closeAfterNaloxone(cast, live, told)
  await readReceipt(cast)
  await Promise.all([live.close(), supporter.live.close()])
}

async function comeOnShift(stack: RealStack, timeline: Timeline): Promise<Cast['supporter']> {
  const phone = stack.phones.phone(supportersNumber)
  const console = await signInToConsole({ api: stack.api, invitation: stack.invitations.supporter })
  timeline.step(
    'A supporter signs in with a one-time invitation; their browser makes the key that briefs are sealed to',
  )
  await until(
    'the supporter’s number is checked',
    async () => {
      const { status, body } = await console.request('PUT', '/v1/shift', {
        commandId: crypto.randomUUID(),
        onShift: true,
        fit: true,
      })
      expectThat(status === 200, `the shift was answered ${status}`)
      return body.shift.reachable
    },
    withinMs,
  )
  const live = await openLive({ url: stack.liveUrl, token: console.token })
  const { onShift } = await live.next('alerts', undefined, withinMs)
  expectThat(
    onShift.some(({ id }) => id === console.recipientId),
    'the supporter is not shown as on shift',
  )
  timeline.step('They are fit and on shift; their console is live')
  return { phone, console, live }
}

async function savePlanAndInvite({ timeline, person, rescuer, ownPhone, ...cast }: Cast): Promise<void> {
  await person.savePlan({ ...plan, ownNumber: ownPhone.number, alertOrder: 'both' })
  timeline.step('The plan is sealed on the device and saved; the service stores what it cannot read')
  await person.addRescuer({ number: rescuer.number, word: 'marigold' })
  timeline.step('A rescuer is named; their number is sealed too')
  await hear({ timeline, ...cast }, rescuer, 'the rescuer', 'Their word: marigold')
  await say({ timeline }, rescuer, 'the rescuer', '1')
  await hear({ timeline, ...cast }, rescuer, 'the rescuer', 'You are on the list')
  await person.planUntil(
    'is ready',
    ({ check, ownNumberCheck, rescuers }) =>
      check === 'ok' && ownNumberCheck === 'ok' && rescuers.every(({ consent }) => consent === 'agreed'),
    withinMs,
  )
  timeline.step('The plan was opened once to check it, by the worker alone; the rescuer has agreed')
}

async function runSession(cast: Cast, pace: number): Promise<LiveSocket> {
  const { timeline, person, ownPhone, supporter } = cast
  await person.start({ countdownSeconds: person.service.countdown.minSeconds, company: 'supporter' })
  const live = await person.connectLive()
  await live.next('session', undefined, withinMs)
  const everySeconds = 60 / pace
  timeline.step(`A session starts and is watched: a sign of life every ${everySeconds} s, or people are told`)
  await hear(cast, ownPhone, 'the own phone', "Reply 0 = I'm OK")
  const { sessions } = await supporter.live.next('alerts', (frame) => frame.sessions.length === 1, withinMs)
  timeline.step(`The supporter sees a card: "${sessions[0]?.nickname}", its minutes, and never a place`)

  await prompted(cast, live)
  const overLive = await live.checkIn(person.sessionId)
  expectThat(overLive.outcome === 'stoppedOpening', `a check-in was ${overLive.outcome}`)
  timeline.step('One press over the live socket: the prompts stop and the deadline moves')
  await prompted(cast, live)
  // A press counts from when it was made; at a high pace a second is longer than the countdown.
  const pressedSecondsAgo = everySeconds >= 2 ? 1 : 0
  const overHttp = await person.checkIn({ pressedSecondsAgo })
  expectThat(overHttp.outcome === 'stoppedOpening', `a check-in was ${overHttp.outcome}`)
  timeline.step(`The network was away: the next press arrives over HTTP, ${pressedSecondsAgo} s late, and counts`)
  return live
}

async function prompted({ timeline }: Cast, live: LiveSocket): Promise<void> {
  await live.next('session', ({ session }) => session.state === 'prompting' && session.prompt !== undefined, withinMs)
  timeline.step('No sign of life at the deadline: the device prompts')
}

/** Nothing more from the person: prompts on the device, the own phone texted and rung, the last chance, the alert. */
async function fallSilent(cast: Cast, live: LiveSocket): Promise<void> {
  const { timeline, ownPhone } = cast
  timeline.step('Then silence')
  const own = (async () => {
    await hear(cast, ownPhone, 'the own phone', 'Are you OK?')
    await ownPhone.answerCall('nobody', withinMs)
    timeline.step('The own phone is rung; nobody answers')
  })()
  const prompts = new Set<string>()
  let session: SessionView
  do {
    const frame = await live.next('session', undefined, withinMs)
    session = frame.session
    const kind = session.prompt?.kind
    if (session.state !== 'prompting' || kind === undefined || prompts.has(kind)) continue
    prompts.add(kind)
    timeline.step(
      kind === 'opening'
        ? 'Prompt on the device: "Opening your plan in 10" and a countdown that one press stops'
        : `Prompt on the device: ${kind}`,
    )
  } while (session.state !== 'alerting')
  timeline.step('Nobody stopped it: the alert is raised')
  expectThat(prompts.size > 0, 'no prompt reached the device')
  await own
  const { alert, alertAt } = session
  expectThat(alert !== undefined, 'a session that alerts has no alert')
  timeline.measure('latenessMs', Date.parse(alert?.raisedAt ?? '') - Date.parse(alertAt))
}

/** What the two who were told hold in their hands. */
interface Told {
  /** The rescuer's text that says where. */
  where: string
  code: string
  alertId: string
}

async function beTold(cast: Cast): Promise<Told> {
  const { timeline, person, rescuer, ownPhone, supporter } = cast
  const alerted = await hear(cast, rescuer, 'the rescuer', /^SAFETY ALERT (\d{4})/)
  const { alert } = await person.session()
  const code = alerted.match[1] ?? ''
  timeline.measure('firstTextMs', Date.parse(alerted.at) - Date.parse(alert?.raisedAt ?? ''))
  timeline.step('The rescuer is told, in one text')
  const where = await hear(cast, rescuer, 'the rescuer', new RegExp(`^${code} .*${plan.address.slice(0, 10)}`))
  timeline.step('The next text says where, because the plan allows it, with a link to what to do')
  const { alerts } = await supporter.live.next('alerts', (frame) => frame.alerts[0]?.state === 'open', withinMs)
  expectThat(alerts[0]?.code === code, 'the console shows another alert')
  await hear(cast, supporter.phone, 'the supporter', `SAFETY ALERT ${code}`)
  timeline.step('The supporter is told as well: on the live console, and by text')
  await hear(cast, ownPhone, 'the own phone', 'We are telling the people you chose')
  return { where: where.body, code, alertId: alerts[0]?.id ?? '' }
}

async function answer(cast: Cast, live: LiveSocket, told: Told): Promise<void> {
  const { stack, timeline, rescuer, supporter } = cast
  await say(cast, rescuer, 'the rescuer', '1')
  await hear(cast, rescuer, 'the rescuer', 'We have noted that you are going')
  timeline.step('The rescuer goes. A supporter was told too, so the alert still waits for somebody to coordinate')
  const repliedAt = Date.now()
  await say(cast, supporter.phone, 'the supporter', '1')
  const { session } = await live.next('session', (frame) => frame.session.alert?.state === 'owned', withinMs)
  timeline.measure('claimMs', Date.parse(session.alert?.ownedAt ?? '') - repliedAt)
  timeline.step(`The supporter coordinates; the device shows it (owner: ${session.alert?.owner?.kind})`)
  await hear(cast, supporter.phone, 'the supporter', 'You have this alert')
  await supporter.console.command(told.alertId, 'progress', { kind: 'called-999' })
  timeline.step('They record that 999 was called: who coordinates and records nothing for two minutes loses the alert')

  const sealed = await until('the brief', () => supporter.console.brief(told.alertId), withinMs)
  expectThat(
    sealed.address === plan.address && sealed.entry === plan.entry && sealed.alertCode === told.code,
    'the supporter’s brief is not the plan',
  )
  timeline.step(
    `The brief was sealed to the supporter's browser and opens there alone: ${sealed.address}; ${sealed.entry}`,
  )
  const page = await stack.openRescuePage(told.where)
  const { minimum } = await page.look()
  timeline.step(`The rescuer opens the link: alert ${minimum.alertCode}, and nothing else before a button is pressed`)
  const { brief } = await page.reply('going')
  expectThat(brief?.address === plan.address && brief?.naloxone === plan.naloxone, 'the brief is not the plan')
  timeline.step(`"Going" opens the brief in the rescuer's browser: ${brief?.address}; naloxone: ${brief?.naloxone}`)

  await say(cast, rescuer, 'the rescuer', '4')
  await hear(cast, rescuer, 'the rescuer', 'You are there')
  await supporter.live.next(
    'alerts',
    (frame) => frame.alerts[0]?.told.some(({ reply }) => reply === 'there') ?? false,
    withinMs,
  )
  timeline.step('The rescuer is there; the console shows it')
}

async function closeAfterNaloxone(cast: Cast, live: LiveSocket, told: Told): Promise<void> {
  const { stack, timeline, rescuer, supporter } = cast
  const { alert } = await supporter.console.command(told.alertId, 'progress', { kind: 'naloxone-given' })
  expectThat(alert.nextDoseAt !== undefined, 'no dose clock runs')
  await supporter.console.command(told.alertId, 'progress', { kind: 'breathing' })
  timeline.step('Naloxone given, breathing: each with its time, and a clock runs for the next dose')
  await supporter.console.command(told.alertId, 'all-clear', { outcome: 'rescued', naloxone: true })
  await hear(cast, rescuer, 'the rescuer', 'ALL CLEAR')
  await hear(cast, supporter.phone, 'the supporter', 'ALL CLEAR')
  const closed = await live.next('session', (frame) => frame.session.state === 'closed', withinMs)
  expectThat(closed.session.outcome === 'all-clear', `the session ended ${closed.session.outcome}`)
  timeline.step('All-clear with what became of it: everyone who was told has been told')
  const page = await stack.openRescuePage(told.where)
  const statuses = [
    (await page.request('GET', '')).status,
    (await supporter.console.request('GET', `/v1/alerts/${told.alertId}/brief`)).status,
  ]
  expectThat(statuses.join() === '410,410', `link and brief were answered ${statuses.join(' and ')} after the close`)
  timeline.step('The link is dead and the briefs are shredded')

  const { session: watch } = await live.next('session', ({ session }) => session.kind === 'post-rescue', withinMs)
  await hear(cast, rescuer, 'the rescuer', 'stay with them for two hours')
  timeline.step('Naloxone wears off: two more hours are watched, and the rescuer who was there is asked to stay')
  const pressed = await live.checkIn(watch.id)
  expectThat(pressed.outcome === 'moved', `a check-in was ${pressed.outcome}`)
  await live.end(watch.id)
  timeline.step('The person presses, and later ends the watch')
}

async function readReceipt({ timeline, person }: Cast): Promise<void> {
  const { told, alert } = await person.receipt()
  const [rescuer, supporter] = [told.find(({ who }) => who === 'rescuer'), told.find(({ who }) => who === 'supporter')]
  expectThat(told.length === 2 && !!rescuer && !!supporter, 'the receipt does not name the two who were told')
  expectThat(
    rescuer.openedAt !== undefined && supporter.openedAt !== undefined && alert?.closedAt !== undefined,
    'the receipt misses an instant',
  )
  timeline.step(
    `The person's receipt: a rescuer (replied "${rescuer.reply}") and a supporter (replied "${supporter.reply}") were told and opened the plan; ${alert?.outcome}`,
  )
}

async function hear(
  { timeline }: Pick<Cast, 'timeline'> & Partial<Cast>,
  phone: Phone,
  who: string,
  wanted: string | RegExp,
): Promise<HeardText> {
  const heard = await phone.expectText(wanted, withinMs)
  timeline.text('to', who, heard.body)
  return heard
}

async function say({ timeline }: Pick<Cast, 'timeline'>, phone: Phone, who: string, body: string): Promise<void> {
  timeline.text('from', who, body)
  await phone.reply(body)
}

function expectThat(holds: boolean, otherwise: string): asserts holds {
  if (!holds) throw new Error(otherwise)
}
