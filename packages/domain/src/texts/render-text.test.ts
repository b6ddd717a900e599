import fc from 'fast-check'
import { SegmentedMessage } from 'sms-segments-calculator'
import { describe, expect, test } from 'vitest'
import { countSegments, countSeptets, isGsm7, toGsm7 } from './gsm7.ts'
import { english } from './languages/en.ts'
import { LANGUAGES, type Language } from './languages.ts'
import { renderCall, renderCallAnswer } from './render-call.ts'
import { renderText } from './render-text.ts'
import { allClearReasonOf, TEMPLATES, type TextTemplate, type TextValues } from './templates.ts'
import { CARRIER_START_WORDS, CARRIER_STOP_WORDS, cleanInvitationWord, NEVER_SENT } from './words-never-sent.ts'

const languages = Object.keys(LANGUAGES) as Language[]
const code = '4821'
const LINK = `https://rescue.stillsafe.example/r/0192f0c1-2b3c-7d4e-8f50-112233445566#${'z'.repeat(44)}`
const LONG_ADDRESS = 'Flat 12B, The Old Chapel Buildings, '.repeat(30)

/** Every template with every combination of its flags, each value as long as it may be. */
const EVERY: { [T in TextTemplate]: TextValues[T][] } = {
  'alert-first': (['silence', 'help', 'duress', 'raised'] as const).flatMap((reason) =>
    [true, false].flatMap((addressFollows) =>
      [true, false].flatMap((supporterActing) =>
        [0, 1, 99].map((othersGoing) => ({ code, reason, addressFollows, supporterActing, othersGoing })),
      ),
    ),
  ),
  'alert-first-supporter': (['silence', 'help', 'duress', 'raised'] as const).flatMap((reason) =>
    [0, 99].map((othersGoing) => ({ code, reason, othersGoing })),
  ),
  'alert-repeat': (['rescuer', 'supporter'] as const).flatMap((to) =>
    [true, false].flatMap((supporterActing) =>
      [0, 99].map((othersGoing) => ({ code, to, supporterActing, othersGoing })),
    ),
  ),
  'alert-where': [
    { code, link: LINK },
    { code, link: LINK, address: '12 Mill Lane, Cardiff CF10 1AA' },
    { code, link: LINK, address: '12 Mill Lane', entry: 'Buzzer 3, second floor, key under the pot' },
    { code, link: LINK, address: LONG_ADDRESS, entry: LONG_ADDRESS },
  ],
  'alert-generic': [true, false].map((supporterActing) => ({ code, supporterActing })),
  'alert-bundle': [
    { codes: [code, '3377'] },
    { codes: Array.from({ length: 40 }, (_, i) => String(4821 + i)) },
    { codes: Array.from({ length: 40 }, (_, i) => String(4821 + i)), again: true },
  ],
  'claim-confirmed': [
    { code, by: 'rescuer' },
    { code, by: 'supporter' },
  ],
  'going-noted': [true, false].map((someoneCoordinates) => ({ code, someoneCoordinates })),
  'going-noted-you-and-others': [true, false].flatMap((someoneCoordinates) =>
    [0, 99].map((othersGoing) => ({ code, someoneCoordinates, othersGoing })),
  ),
  'cannot-noted': [{ code }],
  'there-noted': [{ code }],
  'safe-noted-closed': [{ code }],
  'safe-reported': [{ code }],
  'safe-told-owner': [{ code }],
  'already-claimed': (['rescuer', 'supporter'] as const).flatMap((to) =>
    (['rescuer', 'supporter'] as const).map((by) => ({ code, to, by, time: '12:04' })),
  ),
  'supporter-owns': [{ code }],
  'handed-over': [{ code }],
  'stand-down': [{ code }],
  'post-rescue': [{ code }],
  'request-all-clear': [{ code }],
  'all-clear': (['answered', 'spoken-to', 'helped', 'closed'] as const).map((reason) => ({ code, reason })),
  'late-reply': [{ code }],
  'which-alert': [{ codes: [code, '3377'] }, { codes: Array.from({ length: 6 }, (_, i) => String(4821 + i)) }],
  'unknown-phone': [{}],
  'not-understood': [{}],
  invitation: [
    { host: 'page.example.org' },
    { host: 'page.example.org', word: 'bluebird' },
    { host: 'rescue.some-service.example.co.uk', word: 'abcdefghijk lmnopqrstuvw' },
    { host: 'http://localhost:7412/x', word: 'bluebird' },
  ],
  'agreed-noted': [{}],
  'declined-noted': [{}],
  'left-noted': [{}, { code }],
  rehearsal: [{}],
  'rehearsal-noted': [{}],
  'rehearsal-own': [{}],
  'session-start': [{ endCode: '417' }],
  'prompt-own': [0, 1, 35, 119, 120, 43_200, 9_999_999].map((untilToldSeconds) => ({ untilToldSeconds })),
  'check-in-noted': [{}, { nextSeconds: 120 }, { nextSeconds: 43_200 }],
  'end-noted': [{}],
  'end-code-wrong': [{}],
  'help-noted': [{ code }],
  'alert-raised-own': [{ code }],
  'all-clear-requested': [{ code }],
  'plan-warning': [{}],
  'contact-ask': [{ host: 'page.example.org' }, { host: 'rescue.some-service.example.co.uk' }],
  'contact-confirmed': [{}],
  'contact-denied': [{}],
  'pager-unowned': [
    { count: 1, longestSeconds: 60 },
    { count: 12_345, longestSeconds: 999_999 },
  ],
  'pager-engine': [{}],
  'pager-restored': [{ count: 1 }, { count: 9_999 }],
  'pager-silent': [{ code }],
  'pager-abandoning': [{ code }],
  'pager-carrier': [{}],
  'pager-clock': [{}],
  'pager-plan': [{ code }],
  'pager-keys': [{ count: 1 }, { count: 80 }],
  'pager-opening': [{}],
  'pager-synthetic': [{}],
  'pager-nobody': [{ code }],
  'rota-hole': [{ people: 999, floor: 999, when: '31/12 23:59' }],
  'floor-missed': [{ people: 999, floor: 999 }],
}

const all = (Object.keys(EVERY) as TextTemplate[]).flatMap((template) =>
  languages.flatMap((language) =>
    EVERY[template].map((values) => ({
      template,
      language,
      values: values as TextValues[TextTemplate],
      text: renderText(template, values as never, language),
    })),
  ),
)
const FIRST: readonly TextTemplate[] = ['alert-first', 'alert-first-supporter', 'alert-generic', 'alert-bundle']

test('every text exists in every language', () => {
  expect(Object.keys(EVERY).sort()).toEqual(Object.keys(TEMPLATES).sort())
  for (const language of languages) {
    expect(Object.keys(LANGUAGES[language]).sort(), language).toEqual(Object.keys(english).sort())
    for (const [key, sentence] of Object.entries(LANGUAGES[language])) {
      const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort()
      expect(sentence.trim(), `${language} ${key}`).not.toBe('')
      expect(names(sentence), `${language} ${key}`).toEqual(names(english[key as keyof typeof english]))
    }
  }
})

describe.each(all)('$template in $language: $text', ({ template, text, values }) => {
  test('is GSM-7, and one segment unless it carries an address (C69)', () => {
    expect(isGsm7(text)).toBe(true)
    const ours = countSegments(text)
    const carriers = new SegmentedMessage(text)
    expect(carriers.encodingName).toBe('GSM-7')
    expect(carriers.segmentsCount).toBe(ours)
    expect(ours).toBeLessThanOrEqual(template === 'alert-where' ? 3 : 1)
  })

  test('has every value in place', () => {
    expect(text).not.toMatch(/[{}]|undefined|null|NaN|\[object| {2}| \.|\.{4}/)
    expect(text.length).toBeGreaterThan(15)
  })

  test('asks for no word a carrier keeps (C68)', () => {
    const words =
      text
        .replace(LINK, '')
        .toLowerCase()
        .match(/\p{L}+/gu) ?? []
    for (const kept of [...CARRIER_STOP_WORDS, ...CARRIER_START_WORDS]) expect(words).not.toContain(kept)
    for (const [, next] of text.matchAll(/(?:\breply|\bAtebwch(?! eich))\s+(\S+)/gi)) {
      expect(next).toMatch(/^(?:\d\.?|with|ag)$/)
    }
  })

  test('says nothing of drugs, of the service or of promises', () => {
    for (const never of NEVER_SENT) expect(text.replace(LINK, '')).not.toMatch(never)
  })

  test('holds four digits in a row only as the code of an alert', () => {
    const withoutFree = text.replace(LINK, '')
    const runs = withoutFree.match(/\d{4,}/g) ?? []
    if (!('code' in values || 'codes' in values)) expect(runs).toEqual([])
    else {
      expect(runs[0]).toBe(code)
      for (const run of runs) expect(run).toMatch(/^\d{4}$/)
      if (template !== 'alert-bundle' && template !== 'which-alert') expect(new Set(runs)).toEqual(new Set([code]))
      expect(text).toMatch(FIRST.includes(template) ? /^SAFETY ALERT 4821[.: ]/ : /^4821[ :]/)
    }
  })

  test('is headed by the words a phone’s owner has learnt', () => {
    const marked = (mark: string, templates: readonly TextTemplate[]) =>
      expect(text.includes(mark), mark).toBe(templates.includes(template))
    marked('SAFETY ALERT', FIRST)
    marked('AGAIN', 'again' in values ? ['alert-bundle'] : ['alert-repeat'])
    marked('ALL CLEAR', ['all-clear', 'safe-noted-closed'])
    expect(text.startsWith('TEST')).toBe(template.startsWith('rehearsal'))
  })
})

test('the texts of the product’s own examples', () => {
  const first = { code, reason: 'silence', addressFollows: true, supporterActing: false, othersGoing: 0 } as const
  expect(renderText('alert-first', first, 'en')).toBe(
    'SAFETY ALERT 4821. The person who chose you has missed a check-in and may need help NOW. Reply 1 = I am going, 2 = I cannot. Address follows.',
  )
  expect(renderText('alert-repeat', { code, to: 'rescuer', supporterActing: true, othersGoing: 0 }, 'en')).toBe(
    '4821 AGAIN: no one has said they are going. Reply 1 = going, 2 = cannot. A supporter is also acting.',
  )
  expect(renderText('all-clear', { code, reason: 'answered' }, 'en')).toBe(
    '4821 ALL CLEAR. The person is safe and has answered. You do not need to go. Thank you.',
  )
})

test('nothing is said that is not true: who is acting, who is going, whether an address follows', () => {
  const first = { code, reason: 'silence', addressFollows: false, supporterActing: false, othersGoing: 0 } as const
  expect(renderText('alert-first', first, 'en')).not.toMatch(/Address|supporter|Others/)
  expect(renderText('alert-first', { ...first, reason: 'help' }, 'en')).not.toContain('missed')
  expect(renderText('alert-first', { ...first, othersGoing: 2 }, 'en')).toContain('Others going: 2.')
  const repeat = { code, to: 'rescuer', supporterActing: false, othersGoing: 1 } as const
  expect(renderText('alert-repeat', repeat, 'en')).not.toContain('no one')
  expect(renderText('check-in-noted', {}, 'en')).not.toContain('Next')
})

test('a rescuer who is going is never told to stay, whoever has the alert', () => {
  for (const by of ['rescuer', 'supporter'] as const) {
    const text = renderText('already-claimed', { code, to: 'rescuer', by, time: '12:04' }, 'en')
    expect(text).toContain('you are going')
    expect(text).toContain('12:04')
  }
})

test('the end is told as it was', () => {
  expect(allClearReasonOf('safe', true)).toBe('answered')
  expect(allClearReasonOf('safe', false)).toBe('spoken-to')
  expect(allClearReasonOf('handed-to-crew', true)).toBe('helped')
  expect(allClearReasonOf('not-found', false)).toBe('closed')
  expect(allClearReasonOf('abandoned', true)).toBe('closed')
})

test('a long address and way in are cut, and the code, the instruction and the link are whole', () => {
  for (const language of languages) {
    for (const address of [LONG_ADDRESS, '12 Mill Lane', '[]{}^|~€'.repeat(60), 'x'.repeat(5000)]) {
      for (const entry of [undefined, 'Buzzer 3', LONG_ADDRESS, '€'.repeat(900)]) {
        const text = renderText('alert-where', { code, link: LINK, address, ...(entry && { entry }) }, language)
        expect(text.startsWith('4821 ')).toBe(true)
        expect(text.endsWith(LINK)).toBe(true)
        expect(text).toMatch(/1 = (?:going|mynd), 2 = (?:cannot|methu)/)
        expect(text).toContain('999')
        expect(countSegments(text)).toBeLessThanOrEqual(3)
      }
    }
  }
  const both = renderText('alert-where', { code, link: LINK, address: '12 Mill Lane', entry: LONG_ADDRESS }, 'en')
  expect(both).toContain('Address: 12 Mill Lane. Way in: Flat 12B')
})

test('an address that GSM-7 cannot spell is left to the link: half an address may be another address', () => {
  const only = renderText('alert-where', { code, link: LINK }, 'en')
  for (const address of ['улица 5', '5 شارع', '北京 12', '   ', '\u202e', '🏠', '.']) {
    expect(renderText('alert-where', { code, link: LINK, address }, 'en')).toBe(only)
  }
  expect(renderText('alert-where', { code, link: LINK, address: '12 Heol y Tŵr, Tŷ’r Ŵyl 🏠' }, 'en')).toContain(
    "Address: 12 Heol y Twr, Ty'r Wyl.",
  )
})

test('braces and prices in an address are read once and mean nothing', () => {
  const address = '{{7*7}} {link} {code} $& Flat'
  const text = renderText('alert-where', { code, link: LINK, address }, 'en')
  expect(text).toContain('Address: {{7*7}} {link} {code} $& Flat.')
})

test('whatever a plan holds, the text is GSM-7, at most three segments, and ends in the link', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'binary', maxLength: 400 }),
      (a, e) => {
        const text = renderText('alert-where', { code, link: LINK, address: a, entry: e }, 'en')
        expect(isGsm7(text)).toBe(true)
        expect(countSegments(text)).toBeLessThanOrEqual(3)
        expect(text.startsWith('4821 ') && text.endsWith(LINK)).toBe(true)
      },
    ),
    { numRuns: 2000 },
  )
})

test('the invitation names the page, carries the word, and drops a word that must not travel', () => {
  const invitation = (word?: string) =>
    renderText('invitation', { host: 'https://page.example.org:8443/x', ...(word && { word }) }, 'en')
  expect(invitation('Bluebird')).toContain('Word: Bluebird.')
  expect(invitation('Bluebird')).toContain('See page.example.org')
  expect(invitation('Bluebird')).not.toContain('8443')
  for (const word of [
    'STOP',
    'yes',
    'naloxone',
    '1234',
    '🐦',
    'a'.repeat(25),
    'слово',
    'please stop',
    'so clean',
    '<b>',
    '{host}',
  ]) {
    expect(invitation(word), word).toBe(invitation())
  }
  expect(cleanInvitationWord(' Robin’r  Gŵyl-2 ')).toBe("Robin'r Gŵyl-2")
})

test('one digit at a time on a call, and nothing private', () => {
  for (const language of languages) {
    for (const kind of ['alert-rescuer', 'alert-supporter'] as const) {
      const call = renderCall(kind, { code }, language)
      expect(call.opening).toContain('4, 8, 2, 1')
      expect(call.menu).toMatch(/1.*2/)
      expect(JSON.stringify(call)).not.toMatch(/[{}]{2}|undefined|\d{4}/)
    }
    const own = renderCall('prompt-own', { digit: '6' }, language)
    expect(own.menu).toMatch(/6.*7/)
    const test = renderCall('rehearsal-own', { digit: '0' }, language)
    expect([test.opening, test.menu].join(' ')).toMatch(/TEST.*0/)
    for (const spoken of [own, test, renderCall('alert-rescuer', { code }, language)]) {
      for (const never of NEVER_SENT) expect(Object.values(spoken).join(' ')).not.toMatch(never)
    }
    for (const answer of [
      'going-noted',
      'taken-noted',
      'already-taken',
      'cannot-noted',
      'over-noted',
      'ok-noted',
      'help-noted',
      'test-noted',
    ] as const) {
      expect(renderCallAnswer(answer, language, '14:05')).not.toMatch(/[{}]|undefined/)
    }
  }
})

describe('toGsm7', () => {
  test.each([
    ['“Don’t” – wait… —', '"Don\'t" - wait... -'],
    ['ŵ ŷ â ê î ô û Ŵ', 'w y a e i o u W'],
    ['à é è ù ì ò ñ ü ß å ø', 'à é è ù ì ò ñ ü ß å ø'],
    ['Łódź, naïve, façade, Œuvre', 'Lodz, naive, facade, OEuvre'],
    ['e\u0301 (two code points)', 'é (two code points)'],
    ['a\u202eb\u200bc\u2066d\ufefff', 'abcd f'],
    ['a\u0000b\u0007c\nd\te', 'a b c d e'],
    ['Flat 3½', 'Flat 3 1/2'],
    ['１２ ①', '12 1'],
    ['🏳️‍🌈👩🏽‍🚀 hello 1️⃣', 'hello 1'],
    ['\ud800 lone', 'lone'],
    ['[€]', '[€]'],
  ])('%j becomes %j', (from, to) => {
    expect(toGsm7(from)).toBe(to)
  })

  test('is always GSM-7, settles at once, and counts as the carrier counts', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 500 }), (text) => {
        const once = toGsm7(text)
        expect(isGsm7(once)).toBe(true)
        expect(toGsm7(once)).toBe(once)
        if (once !== '') {
          const carriers = new SegmentedMessage(once, 'GSM-7')
          expect(countSegments(once)).toBe(carriers.segmentsCount)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('an escape counts two, and 160 is the last that fits', () => {
    expect(countSeptets('€')).toBe(2)
    expect(countSegments('a'.repeat(160))).toBe(1)
    expect(countSegments('a'.repeat(161))).toBe(2)
    expect(countSegments('€'.repeat(81))).toBe(2)
  })
})
