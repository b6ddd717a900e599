import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { PlainSentenceError, plainly } from './sentence.ts'

/** What this machine made for itself once. Whoever can read this can open every plan in the database beside it. */
export type Keys = {
  /** `<keyId>:<base64url PKCS #8 of a P-256 private key>`: for the worker alone. */
  disclosureKeys: string
  numberHashKey: string
  linkKey: string
  /** What the carrier simulator is told to be; no secret of anybody's. */
  twilioAccountSid: string
  twilioAuthToken: string
}

/** Reads the keys at `file`, or makes them there on the first start (mode 0600). */
export function keepKeys(file: string): Keys {
  if (existsSync(file)) {
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Keys
    } catch (error) {
      // Never replaced by itself: plans sealed to the lost key could never be opened.
      throw new PlainSentenceError(
        `The keys in ${file} cannot be read; put them back, or remove them with its data.`,
        1,
        {
          cause: error,
        },
      )
    }
  }
  const keys = makeKeys()
  try {
    writeFileSync(`${file}.new`, JSON.stringify(keys, undefined, 2), { mode: 0o600, flush: true })
    renameSync(`${file}.new`, file)
  } catch (error) {
    throw plainly(error, file)
  }
  return keys
}

export function makeKeys(): Keys {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64url')
  return {
    disclosureKeys: `local-${randomBytes(4).toString('hex')}:${pkcs8}`,
    numberHashKey: randomBytes(32).toString('base64url'),
    linkKey: randomBytes(32).toString('base64url'),
    twilioAccountSid: `AC${randomBytes(16).toString('hex')}`,
    twilioAuthToken: randomBytes(16).toString('hex'),
  }
}

/** The public half of the current (first) disclosure key: `<keyId>:<base64url raw 65-byte P-256 point>`. */
export function publicDisclosureKey(disclosureKeys: string): string {
  const [current = ''] = disclosureKeys.split(',')
  const split = current.indexOf(':')
  const privateKey = createPrivateKey({
    key: Buffer.from(current.slice(split + 1), 'base64url'),
    format: 'der',
    type: 'pkcs8',
  })
  const { x = '', y = '' } = createPublicKey(privateKey).export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return `${current.slice(0, split)}:${point.toString('base64url')}`
}

/** What the web process pins: base64url SHA-256 of the public point (`<keyId>:<point>`) that devices seal to. */
export function fingerprintOf(publicKey: string): string {
  const point = Buffer.from(publicKey.slice(publicKey.indexOf(':') + 1), 'base64url')
  return createHash('sha256').update(point).digest('base64url')
}

/** Seals numbers that the launcher puts into the database to the current key, as a person's device would. */
export function numberSealer(keys: Pick<Keys, 'disclosureKeys'>) {
  const [keyId = '', publicKey = ''] = publicDisclosureKey(keys.disclosureKeys).split(':')
  return async (whose: { planId: string; rescuerId: string }, e164: string) => {
    // Loaded when it is needed: an option that is refused is refused at once.
    const { parsePublicKey, sealNumber } = await import('@stillhere/sealing/seal')
    const parsed = await parsePublicKey({ keyId, publicKey })
    if (parsed.kind === 'refused') throw new Error('the disclosure key of this machine is no P-256 key')
    return sealNumber(parsed.key, whose, e164)
  }
}
