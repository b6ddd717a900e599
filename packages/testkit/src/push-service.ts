import { createDecipheriv, createECDH, generateKeyPairSync, hkdfSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the push services of browsers would have been asked. */
export interface PushService {
  readonly origin: string
  readonly pushed: { path: string; headers: IncomingHttpHeaders; body: Buffer }[]
  /** What the next pushes are answered; `hang` never answers. */
  behave(how: number | 'hang'): void
  stop(): Promise<void>
}

/** Stands in for every push service: the only thing here that is not ours. */
export async function startPushService(): Promise<PushService> {
  const pushed: PushService['pushed'] = []
  let behaviour: number | 'hang' = 201
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      pushed.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks) })
      if (behaviour !== 'hang') response.writeHead(behaviour).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    pushed,
    behave(how) {
      behaviour = how
    },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A pair with which a service signs what it pushes, as `VAPID_PUBLIC_KEY` and `VAPID_PRIVATE_KEY` want it. */
export function makeVapidKeys(): { publicKey: string; privateKey: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return { publicKey: point.toString('base64url'), privateKey: privateKey.export({ format: 'jwk' }).d ?? '' }
}

/** What a browser's `PushManager.subscribe` gives, at a push service that is allowed. */
export function makeSubscription(host = 'fcm.googleapis.com') {
  const browser = createECDH('prime256v1')
  const point = browser.generateKeys()
  const auth = randomBytes(16)
  return {
    endpoint: `https://${host}/fcm/send/${randomBytes(24).toString('base64url')}`,
    p256dh: point.toString('base64url'),
    auth: auth.toString('base64url'),
    /** Reads what was pushed, as this browser would (RFC 8291). */
    read(body: Buffer): string {
      const salt = body.subarray(0, 16)
      const sender = body.subarray(21, 86)
      const info = Buffer.concat([Buffer.from('WebPush: info\0'), point, sender])
      const key = Buffer.from(hkdfSync('sha256', browser.computeSecret(sender), auth, info, 32))
      const derive = (what: string, bytes: number) =>
        Buffer.from(hkdfSync('sha256', key, salt, `Content-Encoding: ${what}\0`, bytes))
      const opening = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
      opening.setAuthTag(body.subarray(-16))
      const padded = Buffer.concat([opening.update(body.subarray(86, -16)), opening.final()])
      return padded.subarray(0, padded.lastIndexOf(2)).toString('utf8')
    },
  }
}
