import type { OpenInbound } from '@stillhere/operations'
import { openInbound } from '@stillhere/sealing/open'
import { z } from 'zod'
import type { Keyring } from './keyring.ts'

const textForm = z.object({ from: z.string(), to: z.string(), body: z.string() })

/** Opens a text the api sealed; the sender leaves this folder only as a keyed hash. */
export function createInboundOpener(keys: Keyring): OpenInbound {
  return async ({ carrierSid, sealed }) => {
    const opened = await openInbound(keys.openingKeys, { carrierSid }, sealed)
    if (opened.kind === 'refused') return undefined
    const text = readText(opened.text)
    return text && { numberHash: keys.hashNumber(text.from), body: text.body }
  }
}

function readText(json: string): z.infer<typeof textForm> | undefined {
  try {
    return textForm.parse(JSON.parse(json))
  } catch {
    return undefined
  }
}
