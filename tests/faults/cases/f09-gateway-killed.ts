import { setTimeout as pause } from 'node:timers/promises'
import { eachOf } from '../ask.ts'
import { type FaultCase, onFaultyStack, untilAt } from '../case.ts'
import { Device } from '../device.ts'

/**
 * F9: the gateway is killed with a crowd of live sockets, in the middle of their check-ins. Devices come back with
 * jitter within 15 s; a check-in without its ack goes over HTTPS as the same command; deadlines are not touched.
 */
export const gatewayKilled: FaultCase = {
  id: 'F9',
  what: 'the gateway is killed with a crowd of live sockets',
  run: ({ full }) =>
    onFaultyStack({ pace: full ? 4 : 10 }, async (stack, crowd, broken) => {
      const count = full ? 2_000 : 300
      const members = await crowd.join(count)
      const alertAt = Date.now() + crowd.shortestMs + count * 25 + 22_000
      await crowd.startAllDueAt(members, alertAt)
      const devices = members.map((member) => new Device(crowd, member, stack.live))
      await eachOf(devices, 50, (device) => device.connect())
      // Every third one checks in around the kill; the others' deadlines must be as they were.
      const pressing = devices
        .filter((_, i) => i % 3 === 0)
        .map(async (device) => {
          await pause(Math.random() * 400)
          await device.checkIn()
        })
      await pause(200)
      const killedAt = Date.now()
      stack.kill('gateway')
      await Promise.all(pressing)
      const slowest = Math.max(...(await Promise.all(devices.map((device) => device.back(killedAt)))))
      if (slowest > 15_000) broken.push(`a device was back after ${Math.round(slowest)} ms, not within 15 s`)
      const overHttps = devices.filter((device) => device.overHttps).length
      const green = devices.filter((device) => device.greenUnacknowledged).length
      if (green > 0) broken.push(`${green} devices were green without an ack`)
      if (overHttps === 0) broken.push('no check-in met the kill: nothing was proved')
      await untilAt(alertAt + 2_500)
      const still = devices.filter((device) => device.connected).length
      for (const device of devices) device.close()
      await crowd.look()
      const last = Math.max(...members.map(({ history }) => Date.parse(history.seen.at(-1)?.session.alertAt ?? '')))
      await untilAt(last + 1_500)
      await crowd.untilTold(count, 20_000)
      const verdict = await crowd.check({ latenessMs: 2_000, firstTextMs: 20_000 })
      return {
        verdict,
        figures: `${count} sockets, slowest back after ${Math.round(slowest)} ms, ${overHttps} check-ins over HTTPS, ${still} connected at the end`,
      }
    }),
}
