import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { giveAllClear, preparePerson, raiseAlert, startStack, until } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { runStillHere } from '../../infra/stillhere/program.ts'

const pager = '+447700900009'
const stack = await startStack({ pagerNumber: pager })
afterAll(() => stack.close())
// The api and the gateway were not stopped: for a moment they ask a database that is empty.
stack.allowErrors(/3F000|42P01|42501/)
const cwd = mkdtempSync(join(tmpdir(), 'still-here-backup-'))
const minute = 60_000

async function stillHere(...args: string[]) {
  let said = ''
  const say = (text: string) => {
    said += text
  }
  const environment = { DATABASE_URL: stack.databaseUrl }
  const code = await runStillHere([...args, '--json'], { environment, cwd, out: say, err: say })
  return { code, said: JSON.parse(said) }
}

// What an alert says after its first text is not this test's.
stack.phones.allow(/./)
stack.phones.allowCalls()

const stopWorkers = async () => {
  for (const worker of [...stack.workers]) await stack.stopWorker(worker)
}
/** The disk is new: nothing of ours is in the database. */
const loseTheDatabase = () => stack.db.query('DROP SCHEMA app CASCADE; DROP TABLE public.schema_version')
const clock = async () => {
  const [row] = await stack.db.query<{ ms: number }>('SELECT (extract(epoch FROM app.clock()) * 1000)::float8 AS ms')
  return row?.ms ?? 0
}
const alertsOf = (sessionId: string) => stack.db.query('SELECT FROM app.alerts WHERE session_id = $1', [sessionId])

test('F54: after a restore what is minutes overdue fires at once, what is long overdue is listed, held a minute, and fires', async () => {
  const long = await preparePerson(stack)
  const left = await preparePerson(stack)
  const short = await preparePerson(stack)
  const longOverdue = await long.person.start({ countdownSeconds: 600 })
  const closedByPeople = await left.person.start({ countdownSeconds: 600 })
  await short.person.start({ countdownSeconds: 3_000 })
  expect(await stillHere('backup', 'evening')).toMatchObject({ code: 0 })
  expect((await stillHere('backup', 'evening')).said).toMatchObject({ code: 'file_exists' })
  expect((await stillHere('restore', 'evening')).said).toMatchObject({ code: 'not_empty' })

  await stopWorkers()
  await loseTheDatabase()
  expect(await stillHere('restore', 'evening')).toMatchObject({ code: 0, said: { restored: true } })
  // It was an hour ago.
  await stack.passUnseen(60 * minute)
  const { said: list } = await stillHere('restored', 'list')
  expect(list.overdue.map(({ sessionId }: { sessionId: string }) => sessionId).sort()).toEqual(
    [longOverdue.id, closedByPeople.id].sort(),
  )
  // A slip of the pen closes nothing, and is told.
  const slip = closedByPeople.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  expect(await stillHere('restored', 'close', '--session', slip)).toEqual({
    code: 1,
    said: { closed: [], notClosed: [slip] },
  })
  expect((await stillHere('restored', 'close', '--session', closedByPeople.id)).said).toEqual({
    closed: [closedByPeople.id],
  })

  await stack.startWorker()
  await short.rescuer.expectText('SAFETY ALERT')
  await stack.phones.phone(pager).expectText(/a backup was restored\. 1 old deadline/)
  expect(await alertsOf(longOverdue.id)).toHaveLength(0)
  await stack.passUnseen(61_000)
  await long.rescuer.expectText('SAFETY ALERT')
  expect(await alertsOf(closedByPeople.id)).toHaveLength(0)
  expect((await left.person.request('GET', `/v1/sessions/${closedByPeople.id}`)).body.session).toMatchObject({
    state: 'closed',
    outcome: 'abandoned',
  })
  await stack.settle()
  await stopWorkers()
})

test('an alert that was open in the backup is listed, held a minute, and asks on under its code until somebody has it', async () => {
  await stack.startWorker()
  const { person, rescuer, code } = await raiseAlert(stack)
  const takenAt = await clock()
  expect(await stillHere('backup', 'open')).toMatchObject({ code: 0 })
  await stopWorkers()
  await loseTheDatabase()
  expect(await stillHere('restore', 'open')).toMatchObject({ code: 0 })
  // The time that the tests before let pass went with the database.
  await stack.passUnseen(takenAt + 60 * minute - (await clock()))
  const { said: list } = await stillHere('restored', 'list')
  expect(list.overdue).toContainEqual(expect.objectContaining({ kind: 'alert', sessionId: person.sessionId }))
  // Nobody at the host knows how the person is: only the console closes an alert.
  expect((await stillHere('restored', 'close', '--all')).said).toEqual({ closed: [] })

  await stack.startWorker()
  await stack.phones.phone(pager).expectText(/a backup was restored\. 3 old deadline/)
  const heard = async () => (await rescuer.texts()).filter(({ body }) => body.startsWith(`${code} AGAIN`)).length
  const before = await heard()
  await stack.passUnseen(30_000)
  expect(await heard()).toBe(before)
  await stack.passUnseen(31_000)
  await rescuer.expectText(`${code} AGAIN`)
  expect(await alertsOf(person.sessionId)).toHaveLength(1)
  await giveAllClear(person, rescuer)
  await stack.settle()
  await stopWorkers()
})

test('what was restored is what there was, and a plain restart of it holds nothing', async () => {
  const tables = await stack.db.query<{ name: string }>(
    `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'app' AND table_type = 'BASE TABLE'
       AND table_name NOT IN ('deployment', 'clock_correction', 'heartbeats', 'key_uses', 'restores') ORDER BY 1`,
  )
  const all = async () =>
    Object.fromEntries(
      await Promise.all(
        tables.map(async ({ name }) => {
          const rows = await stack.db.query<{ row: string }>(`SELECT t::text AS row FROM app.${name} t ORDER BY 1`)
          return [name, rows.map(({ row }) => row)] as const
        }),
      ),
    )
  // A phone that nobody answers rings on while nothing here runs, and then its last receipt changes a row.
  const rings = ({ status }: { status: string }) => ['queued', 'ringing', 'in-progress'].includes(status)
  await until(
    'every call is over',
    async () => !stack.carrier.calls().some(rings) && stack.carrier.underWay() === 0,
    15_000,
  )
  const before = await all()
  expect(before.journal?.length).toBeGreaterThan(10)
  await stillHere('backup', 'second')
  await loseTheDatabase()
  await stillHere('restore', 'second')
  expect(await all()).toEqual(before)
  expect((await stillHere('journal', 'verify')).said).toMatchObject({ ok: true })

  const { person, rescuer } = await restartedWith(async () => preparePerson(stack))
  const session = await person.start({ countdownSeconds: 60 })
  await stopWorkers()
  await stack.passUnseen(30 * minute)
  await stack.startWorker()
  await rescuer.expectText('SAFETY ALERT')
  expect(await alertsOf(session.id)).toHaveLength(1)
})

async function restartedWith<T>(work: () => Promise<T>): Promise<T> {
  await stack.startWorker()
  return work()
}
