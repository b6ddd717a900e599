import { ask, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'
import { hostOf } from './at-the-host.ts'

const stack = await startStack()
afterAll(() => stack.close())
const host = hostOf({ DATABASE_URL: stack.databaseUrl, STILLHERE_WEB_URL: 'https://stillhere.example.org' })
const northside = ['--slug', 'northside', '--name', 'Northside', '--number', '+447700900077']

test('an organisation is made once, and people can begin with it at once', async () => {
  const made = await host.run('organisation', 'create', ...northside, '--languages', 'cy,en')
  expect(made).toMatchObject({ code: 0, err: '' })
  expect(made.out).toContain('stillhere invite --organisation northside')
  const service = await ask('GET', `${stack.api}/v1/service?service=northside`)
  expect(service.body).toMatchObject({ languages: ['cy', 'en'], smsNumber: '+447700900077' })
  expect(service.body.rhythms.length).toBeGreaterThan(0)

  const again = await host.run('organisation', 'create', ...northside, '--json')
  expect(again).toMatchObject({ code: 1, out: '' })
  expect(again.json()).toMatchObject({ code: 'slug_taken' })
  const [, , ...rest] = northside
  const sameNumber = await host.run('organisation', 'create', '--slug', 'other', ...rest, '--json')
  expect(sameNumber.json()).toMatchObject({ code: 'number_taken' })
})

test('the first operator is invited by a link that works once, and is listed', async () => {
  const whom = ['--organisation', 'northside', '--role', 'operator', '--name', 'Olwen']
  const invited = await host.run('invite', ...whom)
  expect(invited.code).toBe(0)
  // The picture of the link, for a phone's camera.
  expect(invited.out).toMatch(/[▀▄█]{8}/)
  const [, invitation] = /https:\/\/stillhere\.example\.org\/operate#([\w-]{43})\n/.exec(invited.out) ?? []
  const signIn = () => ask('POST', `${stack.api}/v1/sign-in`, { invitation })
  const { status, body } = await signIn()
  expect(status).toBe(200)
  expect((await signIn()).status).toBe(401)
  const own = await ask('GET', `${stack.api}/v1/operate/organisation`, undefined, {
    authorization: `Bearer ${body.token}`,
  })
  expect(own.body.organisation).toMatchObject({ name: 'Northside' })

  const { organisations } = (await host.run('organisation', 'list', '--json')).json()
  expect(organisations.find(({ slug }: { slug: string }) => slug === 'northside')).toMatchObject({
    staff: { operator: 1 },
  })
})

test('who answers alerts is sent to the supporters’ pages', async () => {
  const whom = ['--organisation', 'northside', '--role', 'duty-lead', '--name', 'Dai']
  const { link } = (await host.run('invite', ...whom, '--json')).json()
  expect(link).toMatch(/^https:\/\/stillhere\.example\.org\/support#[\w-]{43}$/)
})

test('what is not understood is 2, what is not set is 78, what cannot be done is 1', async () => {
  expect((await host.run('organisation', 'create', '--slug', 'Not A Slug')).code).toBe(2)
  const fly = await host.run('fly', '--json')
  expect(fly).toMatchObject({ code: 2, out: '' })
  expect(fly.json()).toEqual({ code: 'usage', message: expect.stringContaining('fly') })
  const same = ['--slug', 'x', '--name', 'X', '--number', '+447700900077', '--pager', '+447700900077']
  expect((await host.run('organisation', 'create', ...same)).code).toBe(2)
  for (const number of ['+44999', '+33612345678', '+44770090007'])
    expect((await host.run('organisation', 'create', ...northside, '--pager', number)).code, number).toBe(2)
  const strange = hostOf({ DATABASE_URL: stack.databaseUrl, STILLHERE_WEB_URL: 'ftp://stillhere.example.org' })
  const whom = ['--organisation', 'northside', '--role', 'operator', '--name', 'X']
  expect(await strange.run('invite', ...whom)).toMatchObject({ code: 78, out: '' })
  const login = hostOf({ DATABASE_URL: stack.databaseUrl.replace(/[^/]+$/, 'no_such_database') })
  expect(await login.run('organisation', 'list', '--json')).toMatchObject({ code: 78, out: '' })
  expect((await login.run('organisation', 'list', '--json')).json()).toMatchObject({ code: 'database_refuses' })
  expect((await host.run('fly')).code).toBe(2)
  expect((await host.run('invite', '--help')).code).toBe(0)
  const nowhere = hostOf({ DATABASE_URL: 'not a url' })
  const refused = await nowhere.run('organisation', 'list', '--json')
  expect(refused).toMatchObject({ code: 78, out: '' })
  expect(refused.json()).toMatchObject({ code: 'bad_setting' })
  const unknown = await host.run('invite', '--organisation', 'nobody', '--role', 'operator', '--name', 'X', '--json')
  expect(unknown.code).toBe(1)
  expect(unknown.json()).toMatchObject({ code: 'unknown_organisation' })
  const empty = hostOf({ DATABASE_URL: stack.databaseUrl.replace(/[^/]+$/, 'postgres') })
  expect((await empty.run('backup', 'a')).err).toMatch(
    /^It could not be done \(3F000, packages\/persistence\/[\w./-]+:\d+\)\.\n$/,
  )
  const away = hostOf({ DATABASE_URL: 'postgres://stillhere:canary-password@127.0.0.1:1/none' })
  const { code, err } = await away.run('organisation', 'list')
  expect(code).toBe(1)
  expect(err).toBe('The database does not answer.\n')
})
