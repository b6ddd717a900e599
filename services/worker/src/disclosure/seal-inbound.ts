import { createPrivateKey, createPublicKey } from 'node:crypto'
import type { WorkerConfig } from '@stillhere/config'
import type { SealInbound } from '@stillhere/operations'
import { parsePublicKey, sealInbound } from '@stillhere/sealing/seal'

/** Seals to this worker's own current key a text that the api never saw, so that it goes the way of all others. */
export async function createInboundSealer({
  disclosureKeys: [current],
}: Pick<WorkerConfig, 'disclosureKeys'>): Promise<SealInbound> {
  const der = Buffer.from(current?.privateKey.reveal() ?? '', 'base64url')
  const { x = '', y = '' } = createPublicKey(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })).export({
    format: 'jwk',
  })
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  const parsed = await parsePublicKey({ keyId: current?.keyId ?? '', publicKey: point.toString('base64url') })
  if (parsed.kind === 'refused') throw new Error('DISCLOSURE_KEYS: the first key has no public half')
  return ({ sid, from, to, body }) => sealInbound(parsed.key, { carrierSid: sid }, JSON.stringify({ from, to, body }))
}
