import { expect, test } from 'vitest'
import { type Copied, lockCopy, makeCopyCode, openCopy } from './copy.ts'

const service = 'https://api.example.org'
const rounds = 1_000
const copied: Copied = {
  device: {
    deviceId: '0192d4e0-7a2b-7c3d-8e4f-5a6b7c8d9e0f',
    token: 'a'.repeat(43),
    forgetCode: 'ABCD-EFGH-JKMN-PQRS',
  },
  plans: [
    {
      id: '0192d4e0-7a2b-7c3d-8e4f-5a6b7c8d9e10',
      planVersion: 3,
      text: { version: 1, label: 'Home', address: '7 Juniper Row', textAddress: false, rescuers: [] },
      ownNumber: '07700 900123',
      alertOrder: 'both',
    },
  ],
  preferences: { language: 'cy', look: 'dark', silent: true },
}
const lock = (content: unknown, code: string, where = service) => lockCopy(content as Copied, code, where, rounds)
const open = (copy: string, code: string, where = service) => openCopy(copy, code, where, rounds)

test('a copy opens with its code, however the code is spaced, and holds what the phone held', async () => {
  const code = makeCopyCode()
  expect(code).toMatch(/^\d{4}(?: \d{4}){4}$/)
  const copy = await lock(copied, code)
  expect(await open(`${copy}\n`, code.replaceAll(' ', ''))).toEqual({ kind: 'opened', content: copied })
})

test('nothing of the plan, the service or the credential can be read in a copy', async () => {
  const bytes = Buffer.from(await lock(copied, makeCopyCode()), 'base64url').toString('latin1')
  for (const secret of ['Juniper', 'example.org', 'aaaa', 'ABCD', '07700']) expect(bytes).not.toContain(secret)
})

test('another code, another service, a changed bit and half a copy are refused, each in its own word', async () => {
  const code = makeCopyCode()
  const copy = await lock(copied, code)
  expect(await open(copy, '0000 0000 0000 0000 0000')).toEqual({ kind: 'refused', why: 'wrong-code' })
  expect(await open(copy, code, 'https://other.example')).toEqual({ kind: 'refused', why: 'other-service' })
  const bytes = Buffer.from(copy, 'base64url')
  for (const [at, why] of [
    [0, 'unreadable'],
    [2, 'wrong-code'],
    [5, 'other-service'],
    [15, 'wrong-code'],
    [30, 'wrong-code'],
    [bytes.length - 1, 'wrong-code'],
  ] as const) {
    const changed = Buffer.from(bytes)
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(await open(changed.toString('base64url'), code), `byte ${at}`).toEqual({ kind: 'refused', why })
  }
  expect(await open(copy.slice(0, 60), code)).toEqual({ kind: 'refused', why: 'unreadable' })
  expect((await open(copy.slice(0, -8), code)).kind).toBe('refused')
})

test('whatever somebody picks by mistake is refused: a picture, a text, nothing, something huge', async () => {
  for (const wrong of ['', 'Dear Sir', '\u0000\uFFFD', '{"device":{}}', 'QUJD'])
    expect(await open(wrong, makeCopyCode())).toEqual({ kind: 'refused', why: 'unreadable' })
  expect(await open('A'.repeat(1_000_001), makeCopyCode())).toEqual({ kind: 'refused', why: 'too-large' })
})

test('what is inside is looked at too: no other credential, no plan that is none, no bomb', async () => {
  const code = makeCopyCode()
  const [plan] = copied.plans
  for (const bad of [
    { ...copied, device: { ...copied.device, token: 'Bearer x\r\n' } },
    { ...copied, device: undefined },
    { ...copied, plans: Array.from({ length: 51 }, () => plan) },
    { ...copied, plans: [{ ...plan, id: '../../v1' }] },
    { ...copied, plans: [{ ...plan, text: { ...plan?.text, address: 7 } }] },
    { ...copied, plans: [{ ...plan, text: { ...plan?.text, notes: 'x'.repeat(2_001) } }] },
    { ...copied, plans: [], padding: 'x'.repeat(1_500_000) },
    null,
    [],
  ])
    expect(await open(await lock(bad, code), code)).toEqual({ kind: 'refused', why: 'unreadable' })
})
