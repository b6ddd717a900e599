import type { SessionView } from '@stillhere/contracts'
import type { HeardText, LiveSocket, Person, Phone, RealStack } from '@stillhere/testkit'
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
}

/**
 * The main job, from outside: an anonymous device, a plan, a rescuer who agrees, a session, silence, the alert, the
 * rescuer on their way, the all-clear. Rejects at the first thing that is not as it should be.
 */
export async function walk(stack: RealStack, timeline: Timeline, pace: number): Promise<void> {
  // On a loaded machine the ladder may rightly go on while the rescuer's thumb is still on its way.
  stack.phones.allow(/^\d{4} AGAIN/, /^Are you OK\?/, /^OPERATOR/)
  stack.phones.allowCalls()
  timeline.step('Everything runs: api, gateway, two workers, web, stores and a carrier simulator')
  const person = await stack.newPerson()
  timeline.step('A device joins: anonymous, no name, no number, no e-mail')
  const cast: Cast = { stack, timeline, person, rescuer: stack.newPhone(), ownPhone: stack.newPhone() }

  await savePlanAndInvite(cast)
  const live = await runSession(cast, pace)
  await fallSilent(cast, live)
  const address = await beTold(cast)
  await answer(cast, live, address)
  await readReceipt(cast)
  await live.close()
}

async function savePlanAndInvite({ timeline, person, rescuer, ownPhone, ...cast }: Cast): Promise<void> {
  await person.savePlan({ ...plan, ownNumber: ownPhone.number })
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
  const { timeline, person, ownPhone } = cast
  await person.start({ countdownSeconds: person.service.countdown.minSeconds })
  const live = await person.connectLive()
  await live.next('session', undefined, withinMs)
  const everySeconds = 60 / pace
  timeline.step(`A session starts and is watched: a sign of life every ${everySeconds} s, or people are told`)
  await hear(cast, ownPhone, 'the own phone', "Reply 0 = I'm OK")

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

/** @returns the text that says where */
async function beTold(cast: Cast): Promise<string> {
  const { timeline, person, rescuer, ownPhone } = cast
  const alerted = await hear(cast, rescuer, 'the rescuer', /^SAFETY ALERT (\d{4})/)
  const { alert } = await person.session()
  timeline.measure('firstTextMs', Date.parse(alerted.at) - Date.parse(alert?.raisedAt ?? ''))
  timeline.step('The rescuer is told, in one text')
  const where = await hear(
    cast,
    rescuer,
    'the rescuer',
    new RegExp(`^${alerted.match[1]} .*${plan.address.slice(0, 10)}`),
  )
  timeline.step('The next text says where, because the plan allows it, with a link to what to do')
  await hear(cast, ownPhone, 'the own phone', 'We are telling the people you chose')
  return where.body
}

async function answer(cast: Cast, live: LiveSocket, where: string): Promise<void> {
  const { stack, timeline, rescuer } = cast
  const repliedAt = Date.now()
  await say(cast, rescuer, 'the rescuer', '1')
  const { session } = await live.next('session', (frame) => frame.session.alert?.state === 'owned', withinMs)
  timeline.measure('claimMs', Date.parse(session.alert?.ownedAt ?? '') - repliedAt)
  timeline.step(`The rescuer coordinates; the device shows it (owner: ${session.alert?.owner?.kind})`)
  await hear(cast, rescuer, 'the rescuer', 'You are going')

  const page = await stack.openRescuePage(where)
  const { minimum } = await page.look()
  timeline.step(`The link is opened: alert ${minimum.alertCode}, and nothing else before a button is pressed`)
  const { brief } = await page.reply('going')
  expectThat(brief?.address === plan.address && brief?.naloxone === plan.naloxone, 'the brief is not the plan')
  timeline.step(`"Going" opens the brief in the rescuer's browser: ${brief?.address}; naloxone: ${brief?.naloxone}`)

  await say(cast, rescuer, 'the rescuer', '4')
  await hear(cast, rescuer, 'the rescuer', 'You are there')
  timeline.step('The rescuer is there')
  await say(cast, rescuer, 'the rescuer', '5')
  await hear(cast, rescuer, 'the rescuer', 'ALL CLEAR')
  const closed = await live.next('session', (frame) => frame.session.state === 'closed', withinMs)
  expectThat(closed.session.outcome === 'all-clear', `the session ended ${closed.session.outcome}`)
  timeline.step('Spoken to, safe: the alert is closed, everyone who was told has been told')
  const after = await page.request('GET', '')
  expectThat(after.status === 410, `the link answered ${after.status} after the close`)
  timeline.step('The link is dead and the brief is shredded')
}

async function readReceipt({ timeline, person }: Cast): Promise<void> {
  const { told, alert } = await person.receipt()
  const [rescuer] = told
  expectThat(told.length === 1 && rescuer?.who === 'rescuer', 'the receipt does not name the one who was told')
  expectThat(rescuer?.openedAt !== undefined && alert?.closedAt !== undefined, 'the receipt misses an instant')
  timeline.step(
    `The person's receipt: told 1 rescuer, who replied "${rescuer?.reply}" and opened the plan; ${alert?.outcome}`,
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
