import type { ReceiptView } from '@stillhere/contracts'
import { useEffect, useState } from 'preact/hooks'
import { api, plans } from '../app.ts'
import { say } from '../words.ts'

type Told = ReceiptView['told'][number]

/**
 * Who was told, as the service says it.
 * @param of `version`: asks anew with each; `everyMs`: and so often
 */
export function useReceipt(of: { sessionId: string | undefined; version: number; everyMs?: number }) {
  const { sessionId, version, everyMs } = of
  const [receipt, setReceipt] = useState<ReceiptView>()
  const [failed, setFailed] = useState(false)
  useEffect(() => {
    if (sessionId === undefined) return
    let left = false
    const ask = () =>
      api<ReceiptView>('GET', `/v1/sessions/${sessionId}/receipt`).then(
        ({ body }) => left || setReceipt(body),
        () => left || setFailed(true),
      )
    void ask()
    const asking = everyMs === undefined ? undefined : setInterval(() => void ask(), everyMs)
    return () => {
      left = true
      clearInterval(asking)
    }
  }, [sessionId, version, everyMs])
  return { receipt, failed }
}

/** By the name that only this phone knows, where there is one and the plans are open. */
export function whoIs(planId: string, { who, rescuerId }: Pick<Told, 'who' | 'rescuerId'>): string {
  const plan = plans.value.find(({ id }) => id === planId)
  return plan?.text.rescuers.find(({ id }) => id === rescuerId)?.name ?? say(`who.${who}`)
}
