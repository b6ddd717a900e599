// How many seals and opens a second one process makes: `node packages/sealing/tests/speed.ts`, from the clone's root.
import { deriveDestinationKey, generateOpeningKey, openDestination, openPlan, sealDestination } from '../src/open.ts'
import { sealPlan } from '../src/seal.ts'

const key = await generateOpeningKey('speed', { extractable: false })
const plan = { planId: '00000000-0000-4000-8000-000000000001', planVersion: 1 }
const json = JSON.stringify({ version: 1, label: 'Home', address: '1 High Street', notes: 'n'.repeat(1000) })
const own = await deriveDestinationKey(new Uint8Array(32))
const destination = await sealDestination(own, 'row', '+447700900001')
const sealed = await sealPlan(key, plan, json)

const measured: [string, () => Promise<unknown>][] = [
  ['seal', () => sealPlan(key, plan, json)],
  ['open', () => openPlan([key], plan, sealed)],
  ['open a destination', () => openDestination(own, 'row', destination)],
]
for (const [what, once] of measured) {
  for (const together of [1, 16, 256]) {
    const count = 4096
    const startedAt = performance.now()
    const cpuBefore = process.cpuUsage()
    for (let done = 0; done < count; done += together) await Promise.all(Array.from({ length: together }, once))
    const perSecond = Math.round((count * 1000) / (performance.now() - startedAt))
    const { user, system } = process.cpuUsage(cpuBefore)
    const cpuMicros = Math.round((user + system) / count)
    console.log(`${what}, ${together} at a time: ${perSecond}/s, ${cpuMicros} microseconds of processor each`)
  }
}
