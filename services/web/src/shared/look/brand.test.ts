import { expect, test } from 'vitest'
import { contrastOf, inkOn } from './brand.ts'

test('whatever colour an organisation chooses, its name is read at 4.5:1 and better', () => {
  const channel = Array.from({ length: 52 }, (_, index) => (index * 5).toString(16).padStart(2, '0'))
  let worst = 21
  for (const red of channel)
    for (const green of channel)
      for (const blue of channel) {
        const colour = `#${red}${green}${blue}`
        worst = Math.min(worst, contrastOf(colour, inkOn(colour)))
      }
  expect(worst).toBeGreaterThan(4.5)
})

test('contrast is as WCAG counts it', () => {
  expect(contrastOf('#000000', '#ffffff')).toBeCloseTo(21)
  // The grey that every list of examples has.
  expect(contrastOf('#767676', '#ffffff')).toBeCloseTo(4.54, 2)
  expect([inkOn('#ffff00'), inkOn('#00008b'), inkOn('#767676')]).toEqual(['#000000', '#ffffff', '#000000'])
})
