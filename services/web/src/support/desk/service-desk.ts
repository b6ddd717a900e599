import { type OpeningKey, openBrief } from '@stillhere/sealing/open'
import type { Sealed } from '@stillhere/sealing/seal'
import { type Api, RefusedError } from '../../shared/server/api.ts'
import { persistently } from '../../shared/server/persistently.ts'
import type { Alert, Brief, BriefAnswer, Desk } from './desk.ts'

interface SealedBrief {
  brief: { recipientId: string; sealed: Sealed }
}

/** The real thing: every command over HTTP, so that a dead socket stops nobody. */
export function createServiceDesk(api: Api, keys: () => readonly OpeningKey[]): Desk {
  return {
    isPractice: false,
    async act(alertId, { what, ...fields }) {
      const { body } = await persistently((commandId) =>
        api<{ alert: Alert }>('POST', `/v1/alerts/${alertId}/${what}`, { commandId, ...fields }),
      )
      return body.alert
    },
    async brief(alertId) {
      try {
        const { body } = await api<SealedBrief>('GET', `/v1/alerts/${alertId}/brief`)
        return await open(alertId, body)
      } catch (error) {
        if (!(error instanceof RefusedError)) return { kind: 'waiting' }
        return { kind: error.status === 410 ? 'gone' : 'waiting' }
      }
    },
    async log(alertId, log) {
      const { body } = await persistently((commandId) =>
        api<{ debrief: boolean }>('POST', `/v1/alerts/${alertId}/log`, { commandId, ...log }),
      )
      return body
    },
  }

  async function open(alertId: string, { brief }: SealedBrief): Promise<BriefAnswer> {
    const opened = await openBrief(keys(), { alertId, recipientId: brief.recipientId }, brief.sealed)
    if (opened.kind === 'refused') return { kind: opened.reason === 'unknown_key' ? 'elsewhere' : 'unreadable' }
    try {
      return { kind: 'opened', brief: JSON.parse(opened.text) as Brief }
    } catch {
      return { kind: 'unreadable' }
    }
  }
}
