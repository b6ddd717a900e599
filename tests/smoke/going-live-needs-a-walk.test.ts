import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { checkGoingLive, NotWalkedError } from '@stillhere/operations'
import { startStack, until } from '@stillhere/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runStillHere } from '../../infra/stillhere/program.ts'

const stack = await startStack({ workers: 1, pagerNumber: '+447700900090' })
afterAll(() => stack.close())
const handset = stack.newPhone()
const ctx = { db: stack.db }
const carrier = { accountSid: stack.account.accountSid, number: stack.account.number, isSimulator: false }
/** The gateway, which knows no carrier. */
const gatewayAsLive = () => checkGoingLive(ctx, { live: true })
const asLive = (of = carrier) => checkGoingLive(ctx, { live: true, sends: true, carrier: of })

beforeAll(async () => {
  const operator = await (await stack.organisation('demo')).signIn('operator')
  const path = '/v1/operate/synthetic-alerts'
  const fields = { commandId: randomUUID(), boundSeconds: 60, everyMinutes: null, number: handset.number }
  expect((await operator.request('PUT', path, fields)).status).toBe(200)
  await handset.expectText(/Reply 1 = (?:I )?agree/)
  await handset.reply('1')
  const isReady = async () => (await operator.request('GET', path)).body.syntheticAlerts.handset.ready
  await until('the handset is ready', isReady)
})

async function stillHere(...args: string[]) {
  let said = ''
  const say = (text: string) => {
    said += text
  }
  const environment = { DATABASE_URL: stack.databaseUrl }
  const code = await runStillHere([...args, '--json'], { environment, cwd: process.cwd(), out: say, err: say })
  return { code, said: JSON.parse(said) }
}

/** Gives the command while the handset answers, or does not. */
async function walk(command: string, answers: boolean) {
  const before = await runs()
  const walking = stillHere(command, '--organisation', 'demo')
  const dueAt = await until('the walk has begun', async () => {
    const now = await runs()
    return now.length > before.length ? now[0]?.due_at : undefined
  })
  await stack.advanceTo(dueAt)
  await handset.expectText(/^TEST\. No one needs help\. SAFETY ALERT \d{4}/)
  await handset.expectText(/^TEST\. No one needs help\. .*\/r\//)
  if (answers) await handset.reply('1')
  else {
    stack.phones.allow(/./)
    stack.phones.allowCalls()
    await stack.advance(61_000)
  }
  return walking
}
const runs = () => stack.db.query<{ due_at: number }>('SELECT due_at FROM app.synthetic_runs ORDER BY started_at DESC')
/** What a worker that speaks to the real carrier says of itself at its start; nobody here may speak to one. */
const speakToTheRealOne = () => checkGoingLive(ctx, { live: false, sends: true, carrier })

test.each(['worker', 'api', 'gateway'] as const)(
  '%s asks for that walk when it starts',
  async (service) => {
    const live = {
      STILLHERE_MODE: 'live',
      STILLHERE_WEB_URL: 'https://safe.stillhere-uk.org',
      STILLHERE_API_URL: 'https://api.stillhere-uk.org',
      STILLHERE_LIVE_URL: 'wss://live.stillhere-uk.org/v1/live',
      TWILIO_ACCOUNT_SID: `AC${randomBytes(16).toString('hex')}`,
      TWILIO_BASE_URL: undefined,
      OPERATOR_PAGER_NUMBER: '+447700900091',
      DEAD_MAN_URL: 'https://watch.stillhere-uk.org/still-here',
    }
    const settings = { ...stack.settings[service], PORT: '0', ...live }
    const child = spawn(process.execPath, [`services/${service}/src/main.ts`], {
      env: Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as NodeJS.ProcessEnv,
      stdio: ['ignore', 'ignore', 'pipe'],
      // One that started all the same must not stay.
      timeout: 20_000,
      killSignal: 'SIGKILL',
    })
    const [[code], error] = await Promise.all([once(child, 'exit'), text(child.stderr)])
    expect(error).toMatch(/"code":"not_walked"/)
    expect(code).toBe(78)
  },
  30_000,
)

test('a drill proves the path and is no walk: the workers speak to a stand-in', async () => {
  expect((await walk('drill', true)).said).toMatchObject({ outcome: 'proved', hops: { repliedMs: expect.any(Number) } })
  expect(await stillHere('go-live', '--organisation', 'demo')).toMatchObject({ code: 1, said: { code: 'simulator' } })
  await expect(asLive()).rejects.toThrow(NotWalkedError)
  await expect(asLive()).rejects.toMatchObject({ refusesToStart: true, code: 'not_walked' })
  await expect(gatewayAsLive()).rejects.toMatchObject({ refusesToStart: true, code: 'not_walked' })
})

test('live starts after a walk through its own carrier, and only within a week of it', async () => {
  await speakToTheRealOne()
  expect(await walk('go-live', true)).toMatchObject({ code: 0, said: { outcome: 'proved' } })
  await expect(asLive({ ...carrier, number: '+447700900078' })).rejects.toThrow(NotWalkedError)
  const moveWalk = (by: string) => stack.db.query(`UPDATE app.going_live SET walked_at = walked_at ${by}`)
  await moveWalk(`- interval '7 days'`)
  await expect(asLive()).rejects.toThrow(NotWalkedError)
  await expect(gatewayAsLive()).rejects.toThrow(NotWalkedError)
  await moveWalk(`+ interval '7 days'`)
  await gatewayAsLive()
  await asLive()
})

test('once live, no start is refused: not after a month, and not with another number', async () => {
  await stack.db.query(`UPDATE app.going_live SET walked_at = walked_at - interval '30 days'`)
  await asLive()
  await gatewayAsLive()
  await asLive({ ...carrier, number: '+447700900078' })
})

test('a walk that nobody answered is missed, said, and proves nothing', async () => {
  await stack.db.query('DELETE FROM app.going_live')
  await speakToTheRealOne()
  const { code, said } = await walk('go-live', false)
  expect(code).toBe(1)
  expect(said).toMatchObject({ outcome: 'missed', reason: expect.any(String) })
  await expect(asLive()).rejects.toThrow(NotWalkedError)
})
