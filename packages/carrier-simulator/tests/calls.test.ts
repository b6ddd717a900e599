import { expect, test } from 'vitest'
import { control, isSigned, newPhone, ourNumber, rest, useCarrier } from './carrier-under-test.ts'
import type { Answer } from './recording-service.ts'

const parts = useCarrier()

const base = 'https://stillhere.example'
const menu = (action: string) =>
  `<?xml version="1.0" encoding="UTF-8"?>
  <Response>
    <Say>Safety alert.</Say>
    <Gather numDigits="1" action="${action}" timeout="5"><Say>Press 1 if you are going.</Say></Gather>
    <Say>We did not hear you.</Say>
    <Hangup/>
  </Response>`

type Placed = Parameters<typeof parts.client.calls.create>[0]
const place = (to: string, more: Partial<Placed> = {}) =>
  parts.client.calls.create({ from: ourNumber, to, url: `${base}/calls?call=1`, ...more } as Placed)

/** What the service answers under each path of this test. */
function serve(answers: Record<string, string | Answer>): void {
  parts.service.answerWith(({ path }) => {
    const answer = answers[path.split('?')[0] ?? ''] ?? {}
    return typeof answer === 'string' ? { body: answer } : answer
  })
}

const statusesOf = (callSid: string) =>
  parts.service.callbacks
    .filter(({ fields, path }) => fields.CallSid === callSid && path.startsWith('/status'))
    .map(({ fields }) => fields.CallStatus)
const ended = (callSid: string) =>
  parts.service.next(({ fields, path }) => {
    const over = ['completed', 'no-answer', 'canceled', 'failed'].includes(fields.CallStatus ?? '')
    return fields.CallSid === callSid && path.startsWith('/status') && over
  })

const allEvents = {
  statusCallback: `${base}/status`,
  statusCallbackEvent: ['initiated', 'ringing', 'answered', 'completed'],
}

test('a person answers, presses 1, and the service hears the key', async () => {
  const to = newPhone()
  serve({ '/calls': menu('/digits?step=2'), '/digits': '<Response><Say>Thank you.</Say></Response>' })
  const { sid, status } = await place(to, { ...allEvents, machineDetection: 'Enable' })
  expect(status).toBe('queued')
  await parts.carrier.nextRingingCall(to, 2_000)
  const answered = await control(parts.carrier.origin, 'POST', `/sim/calls/${sid}/answer`, { by: 'human' })
  expect(answered).toMatchObject({ status: 200, body: { call: { status: 'in-progress', waitingForDigits: true } } })
  const pressed = await control(parts.carrier.origin, 'POST', `/sim/calls/${sid}/digits`, { digits: '1' })
  expect(pressed.status).toBe(200)
  await ended(sid)
  expect(parts.carrier.calls(to)).toMatchObject([
    { sid, status: 'completed', said: ['Safety alert.', 'Press 1 if you are going.', 'Thank you.'] },
  ])
  const [voice] = await parts.service.next(({ fields, path }) => fields.CallSid === sid && path === '/calls?call=1')
  expect(voice?.fields).toMatchObject({
    From: ourNumber,
    To: to,
    CallStatus: 'in-progress',
    AnsweredBy: 'human',
    Direction: 'outbound-api',
  })
  const [digits] = await parts.service.next(({ fields, path }) => fields.CallSid === sid && path === '/digits?step=2')
  expect(digits?.fields).toMatchObject({ Digits: '1', CallStatus: 'in-progress' })
  for (const callback of parts.service.callbacks.filter(({ fields }) => fields.CallSid === sid)) {
    expect(isSigned(callback)).toBe(true)
  }
  expect(statusesOf(sid)).toEqual(['initiated', 'ringing', 'in-progress', 'completed'])
  const fetched = await parts.client.calls(sid).fetch()
  expect(fetched).toMatchObject({
    sid,
    to,
    status: 'completed',
    answeredBy: 'human',
    direction: 'outbound-api',
    duration: '1',
  })
})

test('silence goes on after the Gather, and no key reaches the service', async () => {
  const to = newPhone()
  serve({ '/calls': menu('/digits') })
  const { sid } = await place(to, { statusCallback: `${base}/status` })
  await parts.carrier.answer(sid, 'human')
  await ended(sid)
  expect(parts.carrier.calls(to)[0]?.said.at(-1)).toBe('We did not hear you.')
  expect(parts.service.callbacks.filter(({ fields, path }) => fields.CallSid === sid && path === '/digits')).toEqual([])
  expect(statusesOf(sid)).toEqual(['completed'])
})

test('an answering machine hears it all and presses nothing', async () => {
  const to = newPhone()
  serve({ '/calls': menu('/digits') })
  const { sid } = await place(to, { ...allEvents, machineDetection: 'Enable' })
  await parts.carrier.answer(sid, 'machine')
  await expect(parts.carrier.press(sid, '1')).rejects.toThrow('waits for no keys')
  await ended(sid)
  const [voice] = await parts.service.next(({ fields, path }) => fields.CallSid === sid && path.startsWith('/calls'))
  expect(voice?.fields.AnsweredBy).toBe('machine_start')
  expect((await parts.client.calls(sid).fetch()).answeredBy).toBe('machine_start')
})

test('detection that goes on beside the call reports to its own address', async () => {
  const to = newPhone()
  serve({ '/calls': menu('/digits') })
  const { sid } = await place(to, {
    machineDetection: 'Enable',
    asyncAmd: 'true',
    asyncAmdStatusCallback: `${base}/detected`,
  })
  await parts.carrier.answer(sid, 'machine')
  const [detected] = await parts.service.next(({ fields, path }) => fields.CallSid === sid && path === '/detected')
  expect(detected?.fields.AnsweredBy).toBe('machine_start')
  const [voice] = await parts.service.next(({ fields, path }) => fields.CallSid === sid && path.startsWith('/calls'))
  expect(voice?.fields).not.toHaveProperty('AnsweredBy')
})

test('a phone nobody answers rings for its Timeout, then is no-answer', async () => {
  const to = newPhone()
  const { sid } = await place(to, { ...allEvents, timeout: 3 })
  await ended(sid)
  expect(statusesOf(sid)).toEqual(['initiated', 'ringing', 'no-answer'])
  expect(parts.carrier.calls(to)).toMatchObject([{ status: 'no-answer', said: [] }])
  await expect(parts.carrier.answer(sid, 'human')).rejects.toThrow('does not ring')
})

test('a call that was answered goes on past the time it would have rung, and cannot be answered again', async () => {
  serve({ '/calls': menu('/digits') })
  const { sid } = await place(newPhone(), { ...allEvents, timeout: 1 })
  await parts.carrier.answer(sid, 'human')
  await expect(parts.carrier.answer(sid, 'nobody')).rejects.toThrow('does not ring')
  await ended(sid)
  expect(statusesOf(sid)).toEqual(['initiated', 'ringing', 'in-progress', 'completed'])
})

test('a phone that is told nobody is there is no-answer at once', async () => {
  const { sid } = await place(newPhone(), allEvents)
  const answer = await control(parts.carrier.origin, 'POST', `/sim/calls/${sid}/answer`, { by: 'nobody' })
  expect(answer).toMatchObject({ status: 200, body: { call: { status: 'no-answer' } } })
  await ended(sid)
  expect(statusesOf(sid).at(-1)).toBe('no-answer')
})

test('Redirect, Pause and Twiml given with the call are followed', async () => {
  const to = newPhone()
  serve({ '/next': '<Response><Pause length="1"/><Say>Second.</Say></Response>' })
  const { sid } = await parts.client.calls.create({
    from: ourNumber,
    to,
    twiml: `<Response><Say>First.</Say><Redirect>${base}/next</Redirect><Say>Never.</Say></Response>`,
    statusCallback: `${base}/status`,
  })
  await parts.carrier.answer(sid, 'human')
  await ended(sid)
  expect(parts.carrier.calls(to)[0]?.said).toEqual(['First.', 'Second.'])
})

test('a wrong key and the menu again', async () => {
  const to = newPhone()
  serve({ '/calls': menu('/digits'), '/digits': `<Response><Redirect>/calls</Redirect></Response>` })
  const { sid } = await place(to)
  await parts.carrier.answer(sid, 'human')
  const after = await parts.carrier.press(sid, '7')
  expect(after).toMatchObject({ status: 'in-progress', waitingForDigits: true })
  expect(after.said.filter((said) => said.startsWith('Press 1'))).toHaveLength(2)
  expect(parts.carrier.hangUp(sid).status).toBe('completed')
})

test('several digits may come one by one, end with the finish key, or with silence', async () => {
  const gather = '<Response><Gather action="/digits" timeout="2"/></Response>'
  serve({ '/calls': gather, '/digits': '<Response/>' })
  const pressed = async (...presses: string[]) => {
    const { sid } = await place(newPhone())
    await parts.carrier.answer(sid, 'human')
    for (const digits of presses) await parts.carrier.press(sid, digits)
    const [heard] = await parts.service.next(({ fields, path }) => fields.CallSid === sid && path === '/digits')
    return heard?.fields.Digits
  }
  expect(await pressed('48', '21#')).toBe('4821')
  expect(await pressed('4821')).toBe('4821')
})

test('TwiML that cannot be had or read ends the call and is a failure, unless there is a fallback', async () => {
  serve({
    '/calls': { status: 500 },
    '/broken': '<Response><Say>',
    '/fallback': '<Response><Say>Fallback.</Say></Response>',
  })
  const [first, second, third] = [newPhone(), newPhone(), newPhone()]
  const failing = await place(first, allEvents)
  await parts.carrier.answer(failing.sid, 'human')
  expect(parts.carrier.calls(first)[0]?.status).toBe('completed')
  expect(parts.carrier.failures().at(-1)).toMatchObject({ url: `${base}/calls`, status: 500 })
  const broken = await place(second, { url: `${base}/broken` })
  await parts.carrier.answer(broken.sid, 'human')
  expect(parts.carrier.failures().at(-1)).toMatchObject({ url: `${base}/broken`, code: 12100 })
  const saved = await place(third, { fallbackUrl: `${base}/fallback` })
  await parts.carrier.answer(saved.sid, 'human')
  expect(parts.carrier.calls(third)[0]?.said).toEqual(['Fallback.'])
})

test('the service can end a call that rings and one that is answered', async () => {
  serve({ '/calls': menu('/digits') })
  const ringing = await place(newPhone(), allEvents)
  expect((await parts.client.calls(ringing.sid).update({ status: 'canceled' })).status).toBe('canceled')
  const answered = await place(newPhone(), allEvents)
  await parts.carrier.answer(answered.sid, 'human')
  expect((await parts.client.calls(answered.sid).update({ status: 'canceled' })).status).toBe('in-progress')
  expect((await parts.client.calls(answered.sid).update({ status: 'completed' })).status).toBe('completed')
  await expect(parts.client.calls(answered.sid).update({ status: 'completed' })).rejects.toMatchObject({ code: 21220 })
  await ended(ringing.sid)
  await ended(answered.sid)
  expect(statusesOf(ringing.sid).at(-1)).toBe('canceled')
})

test('the service can send a call elsewhere while the person listens', async () => {
  const to = newPhone()
  serve({ '/calls': menu('/digits'), '/elsewhere': '<Response><Say>Stand down.</Say></Response>' })
  const { sid } = await place(to, allEvents)
  await parts.carrier.answer(sid, 'human')
  await parts.client.calls(sid).update({ url: `${base}/elsewhere` })
  await ended(sid)
  expect(parts.carrier.calls(to)[0]?.said.at(-1)).toBe('Stand down.')
})

test('lists, fetches and deletes calls', async () => {
  const to = newPhone()
  const { sid } = await place(to, allEvents)
  expect(await parts.client.calls.list({ to, status: 'completed' })).toEqual([])
  await expect(parts.client.calls(sid).remove()).rejects.toMatchObject({ status: 409 })
  await parts.client.calls(sid).update({ status: 'completed' })
  const [listed] = await parts.client.calls.list({ to })
  expect(listed).toMatchObject({ sid, from: ourNumber, status: 'canceled' })
  expect(await parts.client.calls(sid).remove()).toBe(true)
  await expect(parts.client.calls(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 })
})

test.each([
  [{ From: ourNumber, Url: `${base}/calls` }, 21201],
  [{ To: '112', From: ourNumber, Url: `${base}/calls` }, 21211],
  [{ To: newPhone(), Url: `${base}/calls` }, 21213],
  [{ To: newPhone(), From: '+447700900999', Url: `${base}/calls` }, 21210],
  [{ To: newPhone(), From: ourNumber }, 21205],
  [{ To: newPhone(), From: ourNumber, Url: 'nowhere' }, 21205],
])('refuses a call that Twilio would refuse, with its code (%#)', async (fields, code) => {
  const answer = await rest(parts.carrier.origin, 'POST', '/Calls.json', fields as Record<string, string>)
  expect(answer.status).toBe(400)
  expect(answer.json()).toMatchObject({ code, status: 400 })
})

test('behaviours hold for calls too', async () => {
  const phoneThat = (behaviour: string) => {
    const phone = newPhone()
    parts.carrier.behave(phone, behaviour)
    return phone
  }
  await expect(place(phoneThat('429'))).rejects.toMatchObject({ status: 429, code: 20429 })
  await expect(place(phoneThat('refuse-21215'))).rejects.toMatchObject({ status: 400, code: 21215 })
  await expect(place(phoneThat('hang'))).rejects.toMatchObject({ code: 'ECONNABORTED' })
  const after = phoneThat('500-after')
  await expect(place(after)).rejects.toMatchObject({ status: 500 })
  expect(parts.carrier.calls(after)).toHaveLength(1)
  const failing = await place(phoneThat('refuse-30003'), allEvents)
  await ended(failing.sid)
  expect(statusesOf(failing.sid)).toEqual(['initiated', 'failed'])
  const silent = phoneThat('never-deliver')
  const { sid } = await place(silent, { ...allEvents, timeout: 2 })
  await expect(parts.carrier.answer(sid, 'human')).rejects.toThrow('does not ring')
  await ended(sid)
  expect(statusesOf(sid)).toEqual(['initiated', 'no-answer'])
  const doubled = await place(phoneThat('doubled'), { ...allEvents, timeout: 1 })
  await parts.service.next(({ fields }) => fields.CallSid === doubled.sid, 6)
  expect(statusesOf(doubled.sid)).toEqual(['initiated', 'initiated', 'ringing', 'ringing', 'no-answer', 'no-answer'])
})

test('a call nobody knows is 404, and keys nobody waits for are 409', async () => {
  const { origin } = parts.carrier
  const unknown = await control(origin, 'POST', `/sim/calls/CA${'0'.repeat(32)}/answer`, { by: 'human' })
  expect(unknown).toMatchObject({ status: 404, body: { code: 'not_found' } })
  const { sid } = await place(newPhone())
  expect(await control(origin, 'POST', `/sim/calls/${sid}/digits`, { digits: '1' })).toMatchObject({
    status: 409,
    body: { code: 'not_listening' },
  })
  expect(await control(origin, 'POST', `/sim/calls/${sid}/answer`, { by: 'a cat' })).toMatchObject({ status: 400 })
})
