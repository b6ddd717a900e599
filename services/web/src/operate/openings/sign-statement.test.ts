import { openingStatement } from '@stillhere/contracts'
import { expect, test } from 'vitest'
import { challengeOf } from './sign-statement.ts'

test('what is signed is the statement, word for word', () => {
  const statement = {
    does: 'asks',
    openingId: 'o',
    alertId: 'a',
    reason: 'court-order',
    keyId: 'k',
    publicKey: 'p>?~',
    supporterId: 's',
    at: '2026-01-01T00:00:00.000Z',
  } as const
  const read = Buffer.from(challengeOf(statement), 'base64url').toString()
  expect(read).toBe(openingStatement(statement))
  expect(read.split('\n')).toEqual([
    'stillhere/open-plan/v1',
    'asks',
    'o',
    'a',
    'court-order',
    'k',
    'p>?~',
    's',
    '2026-01-01T00:00:00.000Z',
  ])
})
