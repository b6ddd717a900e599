import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { anyFreePort, choosePorts, isFree } from './ports.ts'

const servers: Server[] = []

async function listen(port: number, host = '127.0.0.1'): Promise<void> {
  const server = createServer()
  servers.push(server)
  server.listen(port, host)
  await once(server, 'listening')
}

afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

test('roles stand on the ports after the first one', async () => {
  const base = await anyFreePort()
  const ports = await choosePorts(['web', 'api'], base, true)
  expect(ports.web).toBe(base)
  expect(ports.api).toBeGreaterThan(base)
})

test('a port that somebody else has is stepped over', async () => {
  const base = await anyFreePort()
  await listen(base)
  const ports = await choosePorts(['web', 'api'], base, false)
  expect(ports.web).toBeGreaterThan(base)
  expect(ports.api).toBeGreaterThan(ports.web)
})

test('a port that was asked for and is taken is refused by its number', async () => {
  const base = await anyFreePort()
  await listen(base)
  await expect(choosePorts(['web'], base, true)).rejects.toThrow(`Port ${base} is in use`)
})

test('a stranger on ::1 counts, because localhost may mean them', async () => {
  const base = await anyFreePort()
  await listen(base, '::1')
  expect(await isFree(base)).toBe(false)
})
