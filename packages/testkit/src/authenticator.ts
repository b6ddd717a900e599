import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { encodeCBOR } from '@levischuck/tiny-cbor'

/** What an authenticator and the browser before it say, right or wrong: the test bends one thing at a time. */
export interface Bent {
  origin?: string
  rpId?: string
  /** `false`: somebody touched it, but nobody showed that it was they. */
  userVerified?: boolean
  counter?: number
  /** `false`: a signature over something else. */
  honestSignature?: boolean
}

/**
 * A passkey in software: one ES256 key as a platform authenticator would hold it, speaking WebAuthn's JSON (Level 3,
 * 5.1 and 6.1) with attestation `none`.
 */
export class Authenticator {
  readonly id = randomBytes(16)
  readonly #pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  readonly #origin: string
  #counter = 0

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Answers the options of an enrolment. */
  register(options: { challenge: string; rp: { id: string } }, bent: Bent = {}): object {
    const { x, y } = this.#pair.publicKey.export({ format: 'jwk' })
    const coordinate = (text: string | undefined) => new Uint8Array(Buffer.from(String(text), 'base64url'))
    // COSE: kty EC2, alg ES256, crv P-256.
    const key = encodeCBOR(
      new Map<number, number | Uint8Array>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, coordinate(x)],
        [-3, coordinate(y)],
      ]),
    )
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, this.id.length]), this.id, key])
    const attestation = encodeCBOR(
      new Map<string, string | Uint8Array | Map<string, string>>([
        ['fmt', 'none'],
        ['attStmt', new Map<string, string>()],
        ['authData', new Uint8Array(this.#data(options.rp.id, bent, attested))],
      ]),
    )
    return this.#credential({
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, bent).toString('base64url'),
      attestationObject: Buffer.from(attestation).toString('base64url'),
      transports: ['internal'],
    })
  }

  /** Answers the options of a sign-in. */
  signIn(options: { challenge: string; rpId: string }, bent: Bent = {}): object {
    const clientData = this.#clientData('webauthn.get', options.challenge, bent)
    const data = this.#data(options.rpId, bent)
    const signed = Buffer.concat([data, createHash('sha256').update(clientData).digest()])
    const honest = bent.honestSignature ?? true
    return this.#credential({
      clientDataJSON: clientData.toString('base64url'),
      authenticatorData: data.toString('base64url'),
      signature: sign('sha256', honest ? signed : Buffer.alloc(8), this.#pair.privateKey).toString('base64url'),
    })
  }

  #credential(response: object): object {
    const id = this.id.toString('base64url')
    return { id, rawId: id, type: 'public-key', response, clientExtensionResults: {} }
  }

  #clientData(type: string, challenge: string, bent: Bent): Buffer {
    return Buffer.from(JSON.stringify({ type, challenge, origin: bent.origin ?? this.#origin, crossOrigin: false }))
  }

  /** Hash of the party's id, flags (present, verified, attested), counter, and what was attested. */
  #data(rpId: string, bent: Bent, attested?: Buffer): Buffer {
    this.#counter += 1
    const flags = 0b1 | (bent.userVerified === false ? 0 : 0b100) | (attested ? 0b100_0000 : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(bent.counter ?? this.#counter)
    return Buffer.concat([
      createHash('sha256')
        .update(bent.rpId ?? rpId)
        .digest(),
      Buffer.from([flags]),
      counter,
      ...(attested ? [attested] : []),
    ])
  }
}
