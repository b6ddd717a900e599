import { generateOpeningKey, type OpeningKey, writePublicKey } from '@stillhere/sealing/open'
import { kept } from '../kept/kept.ts'
import type { Api } from '../server/api.ts'

/** The pair of this browser. The private half can be used here and taken nowhere: IndexedDB keeps it as it is. */
const pairStore = kept<Pick<OpeningKey, 'key' | 'privateKey'>>('support-brief-pair')

export interface Me {
  recipientId: string
  key: OpeningKey
}

/** Tells the service to which key briefs are sealed from now on: that of this browser, made at the first time. */
export async function bringBriefKey(api: Api): Promise<Me> {
  let pair = await pairStore.load()
  if (pair === undefined) {
    const { key, privateKey } = await generateOpeningKey('browser', { extractable: false })
    pair = { key, privateKey }
    await pairStore.save(pair)
  }
  const publicKey = await writePublicKey({ keyId: 'browser', ...pair })
  const { body } = await api<{ recipientId: string; keyId: string }>('PUT', '/v1/brief-key', { publicKey })
  return { recipientId: body.recipientId, key: { ...pair, keyId: body.keyId } }
}
