import { randomUUID } from 'node:crypto'
import type { RescueProgressKind, RescueReply } from '@stillhere/contracts'
import { decodeLinkSecret, deriveLinkKeys, openLinkBrief } from '@stillhere/sealing/seal'
import type { Canaries } from './canaries.ts'
import { ask, type HttpAnswer, RefusedByServiceError } from './person.ts'
import type { PlanText } from './sample-plan.ts'

/** What a brief opens to. */
export type Brief = PlanText & { alertCode: string; ownNumber?: string }

/** A rescuer's browser on the page of their link. */
export interface RescuePage {
  readonly linkId: string
  /** What a visitor sees first; a preview bot may do as much. */
  look(): Promise<{ state: string; minimum: { alertCode: string; area?: string }; othersGoing: number }>
  /** Presses a button; `going` brings the brief. */
  reply(reply: RescueReply, how?: { commandId?: string }): Promise<{ state: string; brief?: Brief }>
  /** Says what happens there, or takes back what was said under a command. */
  progress(
    what: { kind: RescueProgressKind; secondsAgo?: number } | { takesBack: string },
    how?: { commandId?: string },
  ): Promise<{ state: string }>
  /** Any request with (or, with another `proof`, without) the right proof. */
  request(method: string, path: string, body?: object, proof?: string): Promise<HttpAnswer>
}

/**
 * Opens the link that a text holds, `…/r/:linkId#K`.
 * @throws Error when the text holds none
 */
export async function openRescuePage(of: { api: string; text: string; canaries?: Canaries }): Promise<RescuePage> {
  const [, linkId, fragment] = /\/r\/([A-Za-z0-9_-]+)#([1-9A-HJ-NP-Za-km-z]+)/.exec(of.text) ?? []
  const secret = fragment === undefined ? null : decodeLinkSecret(fragment)
  if (linkId === undefined || fragment === undefined || secret === null) throw new Error('the text holds no link')
  of.canaries?.add('token', fragment)
  const keys = await deriveLinkKeys(secret)
  of.canaries?.add('token', keys.proof)
  const request: RescuePage['request'] = (method, path, body, proof = keys.proof) =>
    ask(method, `${of.api}/v1/rescue/${linkId}${path}`, body, { 'x-link-proof': proof })
  async function must(method: string, path: string, body?: object): Promise<HttpAnswer['body']> {
    const answer = await request(method, path, body)
    if (answer.status > 299) throw new RefusedByServiceError(`${method} of a link`, answer)
    return answer.body
  }
  async function open<T>(sealed: string): Promise<T> {
    const opened = await openLinkBrief(keys, linkId as string, sealed)
    if (opened.kind === 'refused') throw new Error(`what the link was given does not open: ${opened.reason}`)
    return JSON.parse(opened.text) as T
  }
  return {
    linkId,
    request,
    async look() {
      const { state, minimum, othersGoing } = await must('GET', '')
      return { state, minimum: await open(minimum), othersGoing }
    },
    async progress(what, { commandId = randomUUID() } = {}) {
      const { state } = await must('POST', '/progress', { commandId, ...what })
      return { state }
    },
    async reply(reply, { commandId = randomUUID() } = {}) {
      const { state, brief } = await must('POST', '/replies', { commandId, reply })
      return { state, ...(brief && { brief: await open<Brief>(brief) }) }
    },
  }
}
