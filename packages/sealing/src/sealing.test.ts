import { createHash, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { aadOf } from './bindings.ts'
import {
  deriveDestinationKey,
  generateOpeningKey,
  openBrief,
  openDestination,
  openInbound,
  openNumber,
  openPlan,
  openSealed,
  openWord,
  parseOpeningKey,
  sealDestination,
  writeOpeningKey,
  writePublicKey,
} from './open.ts'
import {
  decodeLinkSecret,
  deriveLinkKeys,
  deriveLinkSecret,
  encodeLinkSecret,
  linkProof,
  MAX_PLAINTEXT_BYTES,
  openLinkBrief,
  parsePublicKey,
  type Sealed,
  sealBrief,
  sealFor,
  sealInbound,
  sealLinkBrief,
  sealNumber,
  sealPlan,
  sealWord,
} from './seal.ts'

const PLAN = '0192f0c1-2b3c-7d4e-8f50-112233445566'
const OTHER_PLAN = '0192f0c1-2b3c-7d4e-8f50-112233445577'
const RESCUER = '0192f0c1-2b3c-7d4e-8f50-aabbccddeeff'
const json = JSON.stringify({ version: 1, label: 'Home', address: '1 High Street' })

async function key(keyId = 'k1') {
  return generateOpeningKey(keyId, { extractable: true })
}

const refused = (reason: string) => ({ kind: 'refused', reason })

test('a plan sealed on a phone opens in the worker, whole', async () => {
  const ours = await key()
  const parsed = await parsePublicKey({ keyId: 'k1', publicKey: await writePublicKey(ours) })
  if (parsed.kind !== 'parsed') throw new Error('the key was refused')
  const sealed = await sealPlan(parsed.key, { planId: PLAN, planVersion: 3 }, json)
  expect(Object.keys(sealed).sort()).toEqual(['ciphertext', 'enc', 'keyId'])
  expect(JSON.stringify(sealed)).not.toContain('=')
  expect(JSON.stringify(sealed)).not.toContain('High Street')
  expect(await openPlan([ours], { planId: PLAN, planVersion: 3 }, sealed)).toEqual({ kind: 'opened', text: json })
})

test('every kind is bound as the contract says', () => {
  expect(aadOf('plan', { planId: PLAN, planVersion: 12 }, 'k1')).toBe(`${PLAN}.12.k1`)
  expect(aadOf('number', { planId: PLAN, rescuerId: RESCUER }, 'k1')).toBe(`${PLAN}.${RESCUER}.k1`)
  expect(aadOf('number', { planId: PLAN, rescuerId: 'own' }, 'k1')).toBe(`${PLAN}.own.k1`)
  expect(aadOf('brief', { alertId: PLAN, recipientId: RESCUER }, 'k1')).toBe(`${PLAN}.${RESCUER}.k1`)
  expect(aadOf('word', { planId: PLAN, rescuerId: RESCUER }, 'k1')).toBe(`${PLAN}.${RESCUER}.k1`)
  expect(aadOf('inbound', { carrierSid: 'SM0123' }, 'k1')).toBe('SM0123')
})

test.each([
  ['a version of 0', () => aadOf('plan', { planId: PLAN, planVersion: 0 }, 'k1')],
  ['half a version', () => aadOf('plan', { planId: PLAN, planVersion: 1.5 }, 'k1')],
  ['a version above the safe integers', () => aadOf('plan', { planId: PLAN, planVersion: 2 ** 53 }, 'k1')],
  ['a plan id in capitals', () => aadOf('plan', { planId: PLAN.toUpperCase(), planVersion: 1 }, 'k1')],
  ['a dot in the key id', () => aadOf('plan', { planId: PLAN, planVersion: 1 }, 'k.1')],
  ['an empty key id', () => aadOf('plan', { planId: PLAN, planVersion: 1 }, '')],
  ['a rescuer called something else', () => aadOf('number', { planId: PLAN, rescuerId: 'mine' }, 'k1')],
])('a reference with %s binds nothing', (_what, aad) => {
  expect(aad()).toBeNull()
})

test('a plan does not open as another version, as another plan, or as another kind', async () => {
  const ours = await key()
  const sealed = await sealPlan(ours, { planId: PLAN, planVersion: 3 }, json)
  expect(await openPlan([ours], { planId: PLAN, planVersion: 4 }, sealed)).toEqual(refused('cannot_open'))
  expect(await openPlan([ours], { planId: OTHER_PLAN, planVersion: 3 }, sealed)).toEqual(refused('cannot_open'))
  const asBrief = await openSealed([ours], sealed, 'stillhere/brief/v1', `${PLAN}.3.k1`)
  expect(asBrief).toEqual(refused('cannot_open'))
})

test("one rescuer's number does not open in another's place, nor as the person's own", async () => {
  const ours = await key()
  const sealed = await sealNumber(ours, { planId: PLAN, rescuerId: RESCUER }, '+447700900001')
  const open = (rescuerId: string) => openNumber([ours], { planId: PLAN, rescuerId }, sealed)
  expect(await open(RESCUER)).toEqual({ kind: 'opened', text: '+447700900001' })
  expect(await open(OTHER_PLAN)).toEqual(refused('cannot_open'))
  expect(await open('own')).toEqual(refused('cannot_open'))
})

test('briefs, inbound texts and words open only where they belong', async () => {
  const ours = await key()
  const brief = await sealBrief(ours, { alertId: PLAN, recipientId: RESCUER }, json)
  expect(await openBrief([ours], { alertId: PLAN, recipientId: RESCUER }, brief)).toEqual({
    kind: 'opened',
    text: json,
  })
  expect(await openBrief([ours], { alertId: OTHER_PLAN, recipientId: RESCUER }, brief)).toEqual(refused('cannot_open'))
  const inbound = await sealInbound(ours, { carrierSid: 'SM01' }, json)
  expect(await openInbound([ours], { carrierSid: 'SM01' }, inbound)).toEqual({ kind: 'opened', text: json })
  expect(await openInbound([ours], { carrierSid: 'SM02' }, inbound)).toEqual(refused('cannot_open'))
  const word = await sealWord(ours, { planId: PLAN, rescuerId: RESCUER }, 'bluebird')
  expect(await openWord([ours], { planId: PLAN, rescuerId: RESCUER }, word)).toEqual({
    kind: 'opened',
    text: 'bluebird',
  })
  expect(await openWord([ours], { planId: OTHER_PLAN, rescuerId: RESCUER }, word)).toEqual(refused('cannot_open'))
})

test('after a rotation the older key still opens what was sealed to it, and a destroyed one opens nothing', async () => {
  const [older, current] = [await key('2025'), await key('2026')]
  const sealed = await sealPlan(older, { planId: PLAN, planVersion: 1 }, json)
  const plan = { planId: PLAN, planVersion: 1 }
  expect(await openPlan([current, older], plan, sealed)).toEqual({ kind: 'opened', text: json })
  expect(await openPlan([current], plan, sealed)).toEqual(refused('unknown_key'))
  expect(await openPlan([], plan, sealed)).toEqual(refused('unknown_key'))
  // Renaming the key in the envelope does not help: the key id is in the aad, and the keys differ.
  expect(await openPlan([current], plan, { ...sealed, keyId: '2026' })).toEqual(refused('cannot_open'))
})

test('damage anywhere is refused, and nothing thrown in from outside throws here (B53)', async () => {
  const ours = await key()
  const plan = { planId: PLAN, planVersion: 1 }
  const sealed = await sealPlan(ours, plan, json)
  const bytes = Buffer.from(sealed.ciphertext, 'base64url')
  const flipped = Buffer.from(bytes)
  flipped[3] = (flipped[3] ?? 0) ^ 1
  const other = await sealPlan(ours, { planId: OTHER_PLAN, planVersion: 1 }, json)
  const offCurve = Buffer.from(sealed.enc, 'base64url')
  offCurve[64] = (offCurve[64] ?? 0) ^ 1
  const cases: [unknown, string][] = [
    [{ ...sealed, ciphertext: flipped.toString('base64url') }, 'cannot_open'],
    [{ ...sealed, ciphertext: bytes.subarray(0, -1).toString('base64url') }, 'cannot_open'],
    [{ ...sealed, ciphertext: bytes.subarray(0, 15).toString('base64url') }, 'bad_form'],
    [{ ...sealed, ciphertext: '' }, 'bad_form'],
    [{ ...sealed, ciphertext: `${sealed.ciphertext}=` }, 'bad_form'],
    [{ ...sealed, ciphertext: 'A'.repeat(1_000_000) }, 'bad_form'],
    [{ ...sealed, ciphertext: 7 }, 'bad_form'],
    [{ ...sealed, ciphertext: other.ciphertext }, 'cannot_open'],
    [{ ...sealed, enc: other.enc }, 'cannot_open'],
    [{ ...sealed, enc: offCurve.toString('base64url') }, 'cannot_open'],
    [{ ...sealed, enc: '' }, 'bad_form'],
    [{ ...sealed, enc: sealed.ciphertext }, 'bad_form'],
    [{ ...sealed, keyId: 'k2' }, 'unknown_key'],
    [{ ...sealed, keyId: 'k.1' }, 'bad_form'],
    [{ ...sealed, keyId: undefined }, 'bad_form'],
    [other, 'cannot_open'],
    [{}, 'bad_form'],
    [null, 'bad_form'],
    ['sealed', 'bad_form'],
  ]
  for (const [input, reason] of cases) {
    expect(await openPlan([ours], plan, input as Sealed), JSON.stringify(input)?.slice(0, 80)).toEqual(refused(reason))
  }
})

test('what is not UTF-8 inside is refused, not guessed at', async () => {
  const ours = await key()
  const { suite } = await import('./suite.ts')
  const { toBase64url, utf8 } = await import('./bytes.ts')
  const params = { recipientPublicKey: ours.key, info: utf8('stillhere/number/v1') }
  const { enc, ct } = await suite.seal(params, new Uint8Array([0xff, 0xfe]), utf8(`${PLAN}.own.k1`))
  const sealed = { keyId: 'k1', enc: toBase64url(enc), ciphertext: toBase64url(ct) }
  expect(await openNumber([ours], { planId: PLAN, rescuerId: 'own' }, sealed)).toEqual(refused('bad_form'))
})

test('the longest plan is sealed, one byte more is not, and the error does not hold the text', async () => {
  const ours = await key()
  const plan = { planId: PLAN, planVersion: 1 }
  const full = 'é'.repeat(MAX_PLAINTEXT_BYTES.plan / 2)
  expect(await openPlan([ours], plan, await sealPlan(ours, plan, full))).toEqual({ kind: 'opened', text: full })
  const error = await sealPlan(ours, plan, `${full}x`).catch((thrown: unknown) => thrown)
  expect(error).toMatchObject({ name: 'SealingError', code: 'too_large' })
  expect(String(error)).not.toContain('é')
  await expect(sealPlan(ours, { planId: 'home', planVersion: 1 }, json)).rejects.toMatchObject({
    code: 'bad_reference',
  })
})

test('a public key that is not a point of the curve is refused', async () => {
  const raw = Buffer.from(await writePublicKey(await key()), 'base64url')
  const offCurve = Buffer.from(raw)
  offCurve[40] = (offCurve[40] ?? 0) ^ 1
  const parse = async (publicKey: unknown, keyId = 'k1') => {
    const parsed = await parsePublicKey({ keyId, publicKey: publicKey as string })
    return parsed.kind === 'refused' ? parsed.reason : parsed.kind
  }
  expect(await parse(raw.toString('base64url'))).toBe('parsed')
  expect(await parse(raw.toString('base64'))).toBe('bad_form')
  expect(await parse(offCurve.toString('base64url'))).toBe('not_a_point')
  expect(await parse(Buffer.alloc(65).toString('base64url'))).toBe('bad_form')
  expect(await parse(raw.subarray(0, 33).toString('base64url'))).toBe('bad_form')
  expect(await parse('')).toBe('bad_form')
  expect(await parse(undefined)).toBe('bad_form')
  expect(await parse(raw.toString('base64url'), 'a.b')).toBe('bad_key_id')
})

test('a private key from settings is refused when it is not one, and cannot be exported once it is in', async () => {
  const written = await writeOpeningKey(await key())
  const parsed = await parseOpeningKey({ keyId: 'k1', privateKey: written })
  if (parsed.kind !== 'parsed') throw new Error('the key was refused')
  expect(parsed.key.privateKey.extractable).toBe(false)
  await expect(writeOpeningKey(parsed.key)).rejects.toThrow()
  for (const privateKey of ['', 'AAAA', `${written}=`, written.slice(0, 40), 'A'.repeat(2000)]) {
    expect((await parseOpeningKey({ keyId: 'k1', privateKey })).kind).toBe('refused')
  }
})

test('a browser opens a brief with a key that cannot leave it', async () => {
  const browser = await generateOpeningKey('phone-1', { extractable: false })
  const sealed = await sealBrief(browser, { alertId: PLAN, recipientId: RESCUER }, json)
  expect(await openBrief([browser], { alertId: PLAN, recipientId: RESCUER }, sealed)).toMatchObject({ kind: 'opened' })
})

test("a link's keys are HKDF-SHA256 of K with empty salt, and its fragment is base58", async () => {
  const secret = createHash('sha256').update('a link').digest()
  const byHand = (info: string) => Buffer.from(hkdfSync('sha256', secret, Buffer.alloc(0), info, 32))
  const keys = await deriveLinkKeys(secret)
  expect(keys.proof).toBe(byHand('stillhere/link/auth/v1').toString('base64url'))
  expect(await linkProof(secret)).toBe(keys.proof)
  const fragment = encodeLinkSecret(secret)
  expect(fragment).toMatch(/^[1-9A-HJ-NP-Za-km-z]{32,44}$/)
  expect(decodeLinkSecret(fragment)).toEqual(Uint8Array.from(secret))
  expect(encodeLinkSecret(new Uint8Array(32))).toBe('1'.repeat(32))
})

test('what a link shows opens with K and for that link only', async () => {
  const keys = await deriveLinkKeys(new Uint8Array(32).fill(7))
  const sealed = await sealLinkBrief(keys, 'link-1', json)
  expect(await openLinkBrief(keys, 'link-1', sealed)).toEqual({ kind: 'opened', text: json })
  expect(await openLinkBrief(keys, 'link-2', sealed)).toEqual(refused('cannot_open'))
  const others = await deriveLinkKeys(new Uint8Array(32).fill(8))
  expect(await openLinkBrief(others, 'link-1', sealed)).toEqual(refused('cannot_open'))
  for (const damaged of ['', 'AAAA', `${sealed}A`, sealed.slice(0, 30), `${sealed}=`, 'A'.repeat(1_000_000)]) {
    expect((await openLinkBrief(keys, 'link-1', damaged)).kind).toBe('refused')
  }
  expect(await sealLinkBrief(keys, 'link-1', json)).not.toBe(sealed)
})

test('a fragment that is not 32 bytes of base58 is no key', () => {
  for (const text of ['', '0OIl', '1'.repeat(31), '1'.repeat(33), 'z'.repeat(44), 'z'.repeat(100_000), 'é']) {
    expect(decodeLinkSecret(text)).toBeNull()
  }
})

test("a repeated text carries the same link, and the worker's key is needed to know it", async () => {
  const [ours, theirs] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]
  expect(await deriveLinkSecret(ours, 'link-1')).toEqual(await deriveLinkSecret(ours, 'link-1'))
  expect(await deriveLinkSecret(ours, 'link-1')).not.toEqual(await deriveLinkSecret(ours, 'link-2'))
  expect(await deriveLinkSecret(ours, 'link-1')).not.toEqual(await deriveLinkSecret(theirs, 'link-1'))
  await expect(deriveLinkSecret(new Uint8Array(16), 'link-1')).rejects.toMatchObject({ code: 'bad_key' })
})

test('a destination the worker keeps for itself opens in its own row only', async () => {
  const ours = await deriveDestinationKey(new Uint8Array(32).fill(3))
  const sealed = await sealDestination(ours, RESCUER, '+447700900001')
  expect(await openDestination(ours, RESCUER, sealed)).toEqual({ kind: 'opened', text: '+447700900001' })
  expect(await openDestination(ours, PLAN, sealed)).toEqual(refused('cannot_open'))
})

test('sealing the same text twice gives two ciphertexts', async () => {
  const ours = await key()
  const [one, two] = [await sealFor(ours, 'i', 'a', 'same'), await sealFor(ours, 'i', 'a', 'same')]
  expect(one.ciphertext).not.toBe(two.ciphertext)
  expect(one.enc).not.toBe(two.enc)
})
