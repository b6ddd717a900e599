import { randomUUID } from 'node:crypto'
import { generateOpeningKey, type OpeningKey, openBrief, writePublicKey } from '@stillhere/sealing/open'
import { ask, type HttpAnswer, RefusedByServiceError } from './person.ts'

/** A supporter's console: a program that was given an invitation and knows the api's address. */
export interface Console {
  readonly token: string
  readonly recipientId: string
  request(method: string, path: string, body?: object): Promise<HttpAnswer>
  setShift(onShift: boolean, fit?: boolean): Promise<void>
  // biome-ignore lint/suspicious/noExplicitAny: as the service says it; the test looks at it
  alerts(): Promise<any[]>
  // biome-ignore lint/suspicious/noExplicitAny: as above
  command(alertId: string, what: string, fields?: object): Promise<any>
  /** Opens the brief in this browser; undefined while there is none. */
  brief(alertId: string): Promise<Record<string, unknown> | undefined>
}

/** Takes the invitation and brings the browser's own key, of which nobody else has the private half. */
export async function signInToConsole(of: {
  api: string
  invitation: string
  /** An auditor's: nothing is sealed to it. */
  withoutKey?: true
}): Promise<Console> {
  const signedIn = await ask('POST', `${of.api}/v1/sign-in`, { invitation: of.invitation })
  if (signedIn.status !== 200) throw new RefusedByServiceError('POST /v1/sign-in', signedIn)
  const token = String(signedIn.body.token)
  const request: Console['request'] = (method, path, body) =>
    ask(method, of.api + path, body, { authorization: `Bearer ${token}` })
  const must = async (method: string, path: string, body?: object) => {
    const answer = await request(method, path, body)
    if (answer.status > 299) throw new RefusedByServiceError(`${method} ${path}`, answer)
    return answer.body
  }
  const pair = await generateOpeningKey('browser', { extractable: false })
  const { recipientId, keyId } = of.withoutKey
    ? { recipientId: '', keyId: '' }
    : await must('PUT', '/v1/brief-key', { publicKey: await writePublicKey(pair) })
  const key: OpeningKey = { ...pair, keyId }
  return {
    token,
    recipientId,
    request,
    async setShift(onShift, fit = true) {
      await must('PUT', '/v1/shift', { commandId: randomUUID(), onShift, fit })
    },
    alerts: async () => (await must('GET', '/v1/alerts')).alerts,
    command: (alertId, what, fields = {}) =>
      must('POST', `/v1/alerts/${alertId}/${what}`, { commandId: randomUUID(), ...fields }),
    async brief(alertId) {
      const answer = await request('GET', `/v1/alerts/${alertId}/brief`)
      if (answer.status !== 200) return undefined
      const opened = await openBrief([key], { alertId, recipientId }, answer.body.brief.sealed)
      if (opened.kind === 'refused') throw new Error(`the brief does not open: ${opened.reason}`)
      return JSON.parse(opened.text)
    },
  }
}
