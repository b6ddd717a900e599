import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseAlertCode } from './alert-code.ts'

const all = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'))
/** Gives these numbers one after the other, and the last for ever. */
const sequence = (...numbers: number[]) => {
  let next = 0
  return () => numbers[Math.min(next++, numbers.length - 1)] ?? 0
}

test('a code is four digits, zeros and all', () => {
  expect(chooseAlertCode(new Set(), () => 0)).toBe('0000')
  expect(chooseAlertCode(new Set(), () => 0.0042)).toBe('0042')
  expect(chooseAlertCode(new Set(), () => 0.99999999)).toBe('9999')
})

test('a code that one of the phones holds is not given out again (C40)', () => {
  expect(chooseAlertCode(new Set(['4821']), sequence(0.4821, 0.4821, 0.1111))).toBe('1111')
})

test('the only free code is found, however unlucky the draw', () => {
  const taken = new Set(all)
  taken.delete('0007')
  expect(chooseAlertCode(taken, () => 0.5)).toBe('0007')
})

test('with all ten thousand taken an alert still gets a code', () => {
  expect(chooseAlertCode(new Set(all), () => 0.4821)).toBe('4821')
})

test('whatever is taken and whatever is drawn, the code is free and has four digits', () => {
  const draws = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1, maxLength: 5 })
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...all), { maxLength: 200 }), draws, (taken, drawn) => {
      const code = chooseAlertCode(new Set(taken), sequence(...drawn))
      expect(code).toMatch(/^[0-9]{4}$/)
      expect(taken).not.toContain(code)
    }),
    { numRuns: 10_000 },
  )
})
