import { errorCodes } from '@stillhere/contracts'
import type { FastifyInstance, RouteOptions } from 'fastify'
import Fastify from 'fastify'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildApi } from './build-api.ts'
import { fakeParts } from './fake-parts.ts'
import { registerRoutes } from './routes/index.ts'

const routes: RouteOptions[] = []
let app: FastifyInstance
beforeAll(async () => {
  const walked = Fastify({ exposeHeadRoutes: false })
  walked.setValidatorCompiler(() => () => true)
  walked.setSerializerCompiler(() => JSON.stringify)
  walked.addHook('onRoute', (route) => void routes.push(route))
  await walked.register(async (inner) => registerRoutes(inner, fakeParts()))
  await walked.ready()
  await walked.close()
  app = await buildApi(fakeParts())
})
afterAll(() => app.close())

/** Routes that need no credential, each with the reason. A new one must be argued for here. */
const open: Record<string, string> = {
  'GET /v1/service': 'public by purpose',
  'POST /v1/devices': 'anonymous: it makes the credential',
  'POST /v1/forget': 'the code written down at the start is the credential: the phone is lost',
  'GET /v1/rescue/:linkId': 'guarded by the proof from the link',
  'POST /v1/rescue/:linkId/replies': 'guarded by the proof from the link',
  'POST /v1/rescue/:linkId/progress': 'guarded by the proof from the link',
  'GET /v1/openapi.json': 'public by purpose',
  'GET /v1/status': 'public by purpose; no figure has fewer than ten behind it',
  'POST /v1/sign-in': 'a one-time invitation is the credential',
  'POST /v1/sign-in/passkey/options': 'it begins the making of a credential',
  'POST /v1/sign-in/passkey/verify': 'a passkey is the credential',
}
const nameOf = (route: RouteOptions) => `${String(route.method)} ${route.url}`

test('every route says who may call it, and only the known ones are open', () => {
  expect(routes.length).toBeGreaterThan(20)
  for (const route of routes) expect(route.config?.authentication, nameOf(route)).toBeDefined()
  expect(
    routes
      .filter(({ config }) => config?.authentication === 'none')
      .map(nameOf)
      .sort(),
  ).toEqual(Object.keys(open).sort())
})

test('every route has schemas: of its answers, of what it takes, of the ids in its path', () => {
  for (const route of routes) {
    const name = nameOf(route)
    expect(route.schema?.response, name).toBeDefined()
    if (route.method !== 'GET') expect(route.schema?.body, name).toBeDefined()
    if (route.url.includes(':')) expect(route.schema?.params, name).toBeDefined()
  }
})

test('a start, a sign of life, help, an end and a claim are never limited and never wait', () => {
  const safety = /^POST \/v1\/(sessions|sessions\/:sessionId\/.+|alerts\/.+|rescue\/.+|carriers\/.+)$/
  const found = routes.filter((route) => safety.test(nameOf(route)))
  expect(found).toHaveLength(21)
  for (const route of found) {
    expect(route.config, nameOf(route)).not.toHaveProperty('limit')
    expect(route.config, nameOf(route)).not.toHaveProperty('mayWait')
  }
})

test('a route that does not say who may call it stops the start', async () => {
  const other = await buildApi(fakeParts())
  expect(() => other.get('/v1/unguarded', async () => 'hello')).toThrow()
  await other.close()
})

test.each(['/v1/plans', '/v1/plans/:id', '/v1/sessions/:id', '/v1/sessions/:id/receipt'].map((path) => [path]))(
  'GET %s without a credential is 401',
  async (path) => {
    const response = await app.inject({
      method: 'GET',
      url: path.replace(':id', '0b8f9c9e-5f0a-4f6e-9d55-1d1f6a1f6c01'),
    })
    expect(response.statusCode).toBe(401)
  },
)

test('the published document names every route and every error code', async () => {
  const document = (await app.inject({ method: 'GET', url: '/v1/openapi.json' })).json()
  for (const route of routes) {
    const path = route.url.replace(/:([a-zA-Z]+)/g, '{$1}')
    expect(document.paths[path]?.[String(route.method).toLowerCase()], nameOf(route)).toBeDefined()
  }
  for (const code of errorCodes) expect(JSON.stringify(document)).toContain(`"${code}"`)
  expect(document.paths['/v1/sessions'].post.security).toEqual([{ bearer: [] }])
})
