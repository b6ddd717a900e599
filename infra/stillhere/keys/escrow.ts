import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { combine, split } from 'shamir-secret-sharing'
import { CommandError } from '../host.ts'

/*
 * Escrow: what opens and matches, for the day when the machine is gone. A new key of 32 random bytes seals it (AES-256-GCM);
 * that key is split by Shamir (two of three; one share says nothing). A wrong share gives a wrong key, and then the seal
 * does not open: nothing half right comes out. Source of the splitting: shamir-secret-sharing, audited by Cure53 and Zellic.
 */
const shares = { of: 3, needed: 2 } as const
const algorithm = 'aes-256-gcm'
const form = 'still-here-escrow-1'

/** What is kept: the files of the worker's folder that cannot be made again. */
export interface Escrowed {
  disclosureKeys: string
  numberHashKey: string
  linkKey: string
}

interface Share {
  form: typeof form
  /** Shares of one splitting have the same. */
  set: string
  number: number
  share: string
  nonce: string
  sealed: string
}

/** @returns the texts of three files, any two of which give it back */
export async function splitInThree(escrowed: Escrowed): Promise<string[]> {
  const key = randomBytes(32)
  const nonce = randomBytes(12)
  const set = randomBytes(8).toString('hex')
  const cipher = createCipheriv(algorithm, key, nonce).setAAD(Buffer.from(`${form}.${set}`))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(escrowed), 'utf8'), cipher.final(), cipher.getAuthTag()])
  const parts = await split(new Uint8Array(key), shares.of, shares.needed)
  return parts.map((part, index) => {
    const share: Share = {
      form,
      set,
      number: index + 1,
      share: Buffer.from(part).toString('base64url'),
      nonce: nonce.toString('base64url'),
      sealed: sealed.toString('base64url'),
    }
    return `${JSON.stringify(share, undefined, 2)}\n`
  })
}

/** What was split, from any two of its shares. @throws CommandError where they are not two shares of one splitting */
export async function combineTwo(texts: readonly string[]): Promise<Escrowed> {
  const [first, second] = texts.map(parseShare)
  if (!first || !second) throw new CommandError('bad_share', 'Two files are needed.')
  if (first.set !== second.set) throw new CommandError('bad_share', 'These are shares of two different splittings.')
  if (first.number === second.number) throw new CommandError('bad_share', 'This is the same share twice.')
  try {
    const key = await combine([first, second].map(({ share }) => new Uint8Array(Buffer.from(share, 'base64url'))))
    const sealed = Buffer.from(first.sealed, 'base64url')
    const opening = createDecipheriv(algorithm, key, Buffer.from(first.nonce, 'base64url'))
      .setAAD(Buffer.from(`${form}.${first.set}`))
      .setAuthTag(sealed.subarray(-16))
    return JSON.parse(Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]).toString('utf8'))
  } catch (error) {
    throw new CommandError('bad_share', 'These shares do not open what they keep: one of them is damaged.', 1, {
      cause: error,
    })
  }
}

function parseShare(text: string): Share {
  try {
    const share = JSON.parse(text) as Share
    if (share.form === form) return share
  } catch {
    // Said below.
  }
  throw new CommandError('bad_share', 'This is not a share of an escrow.')
}
