import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDestination } from './check-destination.ts'

const reasonOf = (number: string, ours: string[] = []) => {
  const destination = checkDestination(number, ours)
  return destination.kind === 'refused' ? destination.reason : destination.line
}

describe('never an emergency or short number, in any dress (B45)', () => {
  test.each([
    '999',
    '112',
    '101',
    '105',
    '111',
    '116123',
    '116006',
    '+999',
    '+112',
    '+44999',
    '+44112',
    '+44101',
    '+44111',
    '+44116123',
    '44999',
    '+449991234567',
    '+441121234567',
    '+441101234567',
    '+441011234567',
    '85258',
    '+85258',
    '60006',
    '1',
  ])('%s', (number) => {
    expect(reasonOf(number)).toBe('not_allowed')
  })
})

describe('never what costs or cannot answer, nor abroad (B46)', () => {
  test.each([
    ['premium', '+449098790000'],
    ['premium 0871', '+448712345678'],
    ['premium 0844', '+448445678901'],
    ['freephone', '+448081570000'],
    ['personal', '+447012345678'],
    ['pager', '+447640123456'],
    ['corporate', '+445512345678'],
    ['voice over IP', '+445600123456'],
    ['satellite', '+883510000000'],
    ['the United States', '+12025550123'],
    ['Ireland', '+353871234567'],
    ['a mobile one digit short', '+44770090000'],
    ['a mobile one digit long', '+4477009000011'],
    ['a landline too long', '+44141496000012'],
  ])('%s %s', (_what, number) => {
    expect(reasonOf(number)).toBe('region_not_allowed')
  })
})

test.each([
  '',
  '+',
  '07700900123',
  '00447700900123',
  '+44 7700 900123',
  '+447700900123 ',
  '+44770090012x',
  '+0447700900123',
  'tel:+447700900123',
  '+4477009001231234567',
])('%j is not E.164', (number) => {
  expect(reasonOf(number)).toBe('not_a_number')
})

test.each(['+447700900000', '+447700900123', '+447700900999', '+447123456789', '+447512345678', '+447999999999'])(
  '%s is a mobile, and may be texted',
  (number) => {
    expect(reasonOf(number)).toBe('mobile')
  },
)

test.each(['+441414960123', '+442079460123', '+443069990123', '+441632960123', '+44116123456', '+441161234567'])(
  '%s is a landline, and may only be rung (B47)',
  (number) => {
    expect(reasonOf(number)).toBe('landline')
  },
)

test('never our own sender, nor the person’s own phone as their rescuer (B48)', () => {
  expect(reasonOf('+447700900001', ['+447700900001'])).toBe('own_number')
  expect(reasonOf('+447700900002', ['+447700900001'])).toBe('mobile')
})

test('whatever is handed in, only a British mobile or landline is ever allowed', () => {
  const numbers = fc.oneof(
    fc.string({ maxLength: 20 }),
    fc.stringMatching(/^\+?\d{1,16}$/),
    fc.stringMatching(/^\+44\d{2,11}$/),
  )
  fc.assert(
    fc.property(numbers, (number) => {
      const destination = checkDestination(number)
      if (destination.kind === 'allowed') expect(number).toMatch(/^\+44(?:7\d{9}|[123]\d{8,9})$/)
      if (destination.kind === 'allowed') expect(number).not.toMatch(/^\+44(?:70|76|999|112|101|111)/)
    }),
    { numRuns: 10_000 },
  )
})
