import { EventEmitter } from 'node:events'
import type { Account, Timings } from './account.ts'
import { Behaviours } from './behaviours.ts'
import { Callbacks } from './callbacks.ts'
import type { Call } from './calls/call.ts'
import { CallLife } from './calls/call-life.ts'
import type { Changes } from './changes.ts'
import { Ledger } from './ledger.ts'
import { Requests } from './rest/requests.ts'
import { Inbound } from './texts/inbound.ts'
import { OptOuts } from './texts/opt-out.ts'
import { phoneOf, type Text } from './texts/text.ts'
import { TextLife } from './texts/text-life.ts'
import { Timers } from './timers.ts'

const mostTexts = 500_000
const mostCalls = 20_000
const mostNumbers = 100_000

/** Everything the carrier is, before anybody speaks HTTP to it. All of it in memory. */
export type Carrier = ReturnType<typeof makeCarrier>

export function makeCarrier(account: Account, timings: Timings, receiptsOn: boolean, textLimit = mostTexts) {
  const timers = new Timers()
  // Every waiting test and every open page listens.
  const changes = new EventEmitter<Changes>().setMaxListeners(0)
  const behaviours = new Behaviours(mostNumbers)
  const texts = new Ledger<Text>(textLimit, phoneOf)
  const calls = new Ledger<Call>(mostCalls, (call) => call.to)
  const optOuts = new OptOuts()
  const requests = new Requests()
  const callbacks = new Callbacks(account, timings.callbackTimeoutMs)
  const parts = { account, timings, timers, changes, behaviours, texts, calls, optOuts, callbacks }
  const textLife = new TextLife(parts, receiptsOn)
  const callLife = new CallLife(parts)
  const inbound = new Inbound({ ...parts, life: textLife })
  return { ...parts, requests, textLife, callLife, inbound }
}
