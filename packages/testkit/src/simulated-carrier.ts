import type { CarrierSimulator, RecordedRequest, SimulatedCall, SimulatedText } from '@stillhere/carrier-simulator'

/** What phones need of the carrier simulator, whether it runs in this process or in its own. */
export interface SimulatedCarrier {
  texts(number?: string): Promise<SimulatedText[]>
  calls(number?: string): Promise<SimulatedCall[]>
  requests(): Promise<RecordedRequest[]>
  behave(number: string, behaviour: string): Promise<void>
  sendText(text: { from: string; body: string; sid?: string }): Promise<{ sid: string; webhookStatus: number | null }>
  answer(callSid: string, by: 'human' | 'machine' | 'nobody'): Promise<SimulatedCall>
  press(callSid: string, digits: string): Promise<SimulatedCall>
}

/** The simulator of this process. */
export function inThisProcess(simulator: CarrierSimulator): SimulatedCarrier {
  return {
    texts: async (number) => simulator.texts(number),
    calls: async (number) => simulator.calls(number),
    requests: async () => simulator.requests(),
    behave: async (number, behaviour) => simulator.behave(number, behaviour),
    sendText: (text) => simulator.sendText(text),
    answer: (sid, by) => simulator.answer(sid, by),
    press: (sid, digits) => simulator.press(sid, digits),
  }
}

const answerWithinMs = 10_000

/** The simulator at `origin`, by its control routes. */
export function byControlRoutes(origin: string): SimulatedCarrier {
  async function ask<T>(method: 'GET' | 'POST', path: string, body?: object): Promise<T> {
    const response = await fetch(`${origin}/sim${path}`, {
      method,
      signal: AbortSignal.timeout(answerWithinMs),
      ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const answer = (await response.json()) as T & { code?: string }
    if (!response.ok) throw new Error(`the simulator refused ${method} ${path.split('?')[0]}: ${answer.code}`)
    return answer
  }
  const of = (number?: string) => (number === undefined ? '' : `?number=${encodeURIComponent(number)}`)
  return {
    texts: async (number) => (await ask<{ texts: SimulatedText[] }>('GET', `/texts${of(number)}`)).texts,
    calls: async (number) => (await ask<{ calls: SimulatedCall[] }>('GET', `/calls${of(number)}`)).calls,
    requests: async () => (await ask<{ requests: RecordedRequest[] }>('GET', '/requests')).requests,
    behave: async (number, behaviour) => {
      await ask('POST', `/numbers/${encodeURIComponent(number)}`, { behaviour })
    },
    sendText: (text) => ask('POST', '/texts', text),
    answer: async (sid, by) => (await ask<{ call: SimulatedCall }>('POST', `/calls/${sid}/answer`, { by })).call,
    press: async (sid, digits) => (await ask<{ call: SimulatedCall }>('POST', `/calls/${sid}/digits`, { digits })).call,
  }
}
