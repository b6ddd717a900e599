import { randomUUID } from 'node:crypto'
import type { OpenInbound } from '@stillhere/operations'
import { openInbound } from '@stillhere/sealing/open'
import { z } from 'zod'
import type { Keyring } from './keyring.ts'

const textForm = z.object({ from: z.string(), to: z.string(), body: z.string() })

/** Opens a text the api sealed; the sender leaves this folder only as a keyed hash, and under the worker's own key. */
export function createInboundOpener(keys: Keyring): OpenInbound {
  return async ({ carrierSid, sealed }) => {
    const opened = await openInbound(keys.openingKeys, { carrierSid }, sealed)
    if (opened.kind === 'refused') return undefined
    const text = readText(opened.text)
    if (!text) return undefined
    const rowId = randomUUID()
    const answerTo = { rowId, sealed: await keys.keepNumber(rowId, text.from) }
    return { numberHash: keys.hashNumber(text.from), body: text.body, answerTo }
  }
}

function readText(json: string): z.infer<typeof textForm> | undefined {
  try {
    return textForm.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}
