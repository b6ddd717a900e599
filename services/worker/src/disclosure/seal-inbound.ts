import type { WorkerConfig } from '@stillhere/config'
import type { SealInbound } from '@stillhere/operations'
import { parsePublicKey, sealInbound } from '@stillhere/sealing/seal'
import { publicPointOf } from './keyring.ts'

/** Seals to this worker's own current key a text that the api never saw, so that it goes the way of all others. */
export async function createInboundSealer({
  disclosureKeys: [current],
}: Pick<WorkerConfig, 'disclosureKeys'>): Promise<SealInbound> {
  const point = publicPointOf(current?.privateKey.reveal() ?? '')
  const parsed = await parsePublicKey({ keyId: current?.keyId ?? '', publicKey: point.toString('base64url') })
  if (parsed.kind === 'refused') throw new Error('DISCLOSURE_KEYS: the first key has no public half')
  return ({ sid, from, to, body }) => sealInbound(parsed.key, { carrierSid: sid }, JSON.stringify({ from, to, body }))
}
