import { SegmentedMessage } from 'sms-segments-calculator'
import { expect, test } from 'vitest'
import { countSegments } from './text.ts'

const everyPlainGsm =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'

// The short way round Twilio's own calculator must not count otherwise than it does.
test.each([0, 1, 159, 160, 161, 306, 307, 1600])(
  'counts a plain text of %i characters as the calculator does',
  (length) => {
    const body = everyPlainGsm.repeat(20).slice(0, length)
    expect(countSegments(body)).toBe(new SegmentedMessage(body).segmentsCount)
  },
)

test.each(['€', '[', '~', '👋', 'ł', '’'])('counts a text with %s as the calculator does', (character) => {
  for (const length of [1, 69, 70, 159, 160]) {
    const body = 'x'.repeat(length) + character
    expect(countSegments(body)).toBe(new SegmentedMessage(body).segmentsCount)
  }
})
