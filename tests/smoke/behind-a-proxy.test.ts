import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { raiseAlert, startStack } from '@stillhere/testkit'
import { afterAll, expect, test } from 'vitest'

const proxies: Server[] = []
const endProxies = () => {
  for (const proxy of proxies.splice(0)) proxy.close().closeAllConnections()
}
afterAll(endProxies)

/** A proxy as they stand before services: another host name, headers of its own, and an address that `rewrite` makes. */
async function proxyTo(api: string, rewrite = (path: string) => path): Promise<string> {
  const target = new URL(api)
  const proxy = createServer((incoming, answer) => {
    const forwarded = request(
      {
        host: target.hostname,
        port: target.port,
        method: incoming.method,
        path: rewrite(incoming.url ?? '/'),
        headers: {
          ...incoming.headers,
          host: 'inside.invalid',
          'x-forwarded-proto': 'https',
          'x-forwarded-for': '203.0.113.7',
        },
      },
      (response) => {
        answer.writeHead(response.statusCode ?? 502, response.headers)
        response.pipe(answer)
      },
    )
    forwarded.on('error', () => answer.writeHead(502).end())
    incoming.pipe(forwarded)
  })
  proxies.push(proxy)
  await new Promise<void>((resolve) => void proxy.listen(0, '127.0.0.1', resolve))
  return `http://localhost:${(proxy.address() as AddressInfo).port}`
}

test('C64: behind a proxy the signature of the public address is what counts', async () => {
  const stack = await startStack({ publicUrl: proxyTo })
  const { person, rescuer } = await raiseAlert(stack)
  // Receipts and replies come by the public address.
  await stack.settle()
  expect((await person.receipt()).told).toMatchObject([{ delivered: true }])
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  expect(stack.carrier.failures()).toEqual([])
  await stack.settle()
  endProxies()
  await stack.close()
})

test('C64: an api whose callbacks would be refused does not start, and says why', async () => {
  const start = startStack({
    publicUrl: (api) => proxyTo(api, (path) => `${path}${path.includes('?') ? '&' : '?'}from=proxy`),
  })
  await expect(start).rejects.toMatchObject({
    code: 'webhook_signature_refused',
    message: expect.stringContaining('STILLHERE_API_URL'),
  })
})

test('H33: what a rescuer answered while no webhook came through is found in the carrier’s list, and counts once', async () => {
  let isOpen = true
  const stack = await startStack({ publicUrl: (api) => proxyTo(api, (path) => (isOpen ? path : '/nowhere')) })
  const { person, rescuer } = await raiseAlert(stack)
  await stack.settle()
  isOpen = false
  await expect(rescuer.reply('1')).rejects.toThrow()
  expect((await person.session()).alert).toMatchObject({ state: 'open' })
  isOpen = true

  // As after an outage: whoever starts looks back.
  await stack.startWorker()

  await rescuer.expectText('You are going')
  expect((await person.session()).alert).toMatchObject({ state: 'owned' })
  await rescuer.reply('4')
  await rescuer.expectText('You are there')
  await stack.startWorker()
  await rescuer.reply('5')
  await rescuer.expectText('This alert is closed')
  await stack.settle()
  endProxies()
  await stack.close()
})
