import { expect, test } from 'vitest'
import { line, paragraph } from './operate.ts'

const nothingToRead = [
  '\u200b',
  '\u200b\u200d\ufeff',
  '\u2060 \u00ad',
  '\u00a0\u2003\u3000',
  '\u3164',
  '\u115f\u1160',
  '\uffa0',
  '\u2800',
  '\u0301',
  '\ufe0f',
  '\u{e0020}',
]

test.each(nothingToRead)('no name is made of what nobody sees: %j', (text) => {
  expect(line(80).safeParse(text).success).toBe(false)
  expect(paragraph(80).safeParse(text).success).toBe(false)
})

test.each(['Tŷ’r Afon', '7', '한국', 'مأوى', '!', '👩‍🚒', 'Quay\u200bHouse'])(
  'whatever can be read is one: %j',
  (text) => {
    expect(line(80).safeParse(text).success).toBe(true)
    expect(paragraph(80).safeParse(text).success).toBe(true)
  },
)
