import { describe, expect, test } from 'vitest'
import { countSegments } from './gsm7.ts'
import { LANGUAGES, type Language, type SentenceKey } from './languages.ts'
import {
  checkWording,
  mayBeReworded,
  previewSentence,
  segmentsOf,
  sentenceKeys,
  usableSentences,
} from './own-wording.ts'
import { renderText } from './render-text.ts'

const key: SentenceKey = 'alert-first.missed'
const good = 'SAFETY ALERT {code}. Somebody who trusts you has not answered and may need help NOW.'
const check = (text: string, of: SentenceKey = key, names: string[] = []) => {
  const checked = checkWording(of, 'en', text, { names })
  return checked.kind === 'sound' ? 'sound' : checked.problem
}

test('every sentence of ours passes its own rules, in every language', () => {
  for (const language of Object.keys(LANGUAGES) as Language[])
    for (const sentence of sentenceKeys())
      expect(checkWording(sentence, language, LANGUAGES[language][sentence]), `${language} ${sentence}`).toEqual({
        kind: 'sound',
      })
})

describe('what an organisation may say in its own words', () => {
  test.each<[string, string, SentenceKey?]>([
    ['sound', good],
    ['empty', '  '],
    ['too-long', `${good} ${'more '.repeat(60)}`],
    ['not-gsm7', good.replace('trusts', 'trusts ✓')],
    ['not-gsm7', ` ${good}`],
    ['braces', `${good} {}`],
    ['values-changed', good.replace(' {code}', ' now')],
    ['values-changed', `${good} {code}`],
    ['values-changed', good.replace('Somebody', '{name}')],
    // What a digit means is ours to say: swapped, somebody who cannot come would be counted as coming.
    ['digits', 'Reply 1 = I cannot, 2 = I am going.', 'reply-going-full'],
    ['digits', 'Reply 2 = I cannot, 1 = I am going.', 'reply-going-full'],
    ['digits', '{code} Thank you. You are there. Reply 4.', 'reply-safe'],
    ['digits', 'Reply 1 = going, 2 = cannot!', 'reply-going'],
    ['head-changed', `Hello. ${good}`],
    ['head-changed', good.replace('SAFETY ALERT', 'Safety alert')],
    ['fixed-words', `${good} AGAIN.`],
    ['fixed-words', 'ALL CLEAR: thank you for telling us. We will not text you about this again.', 'declined-noted'],
    ['digits', 'Only a trial: no one needs help now. Reply 1 if you could go. Reply 1 to show it works.', 'rehearsal'],
    ['digits-changed', `${good} Ring 999.`],
    ['digits-changed', `${good} Code 1234.`],
    ['digits-changed', 'Ring 998 if they will not wake.', 'ring-999'],
    ['forbidden-word', good.replace('not answered', 'had an overdose')],
    ['forbidden-word', good.replace('Somebody', 'A client')],
    ['forbidden-word', 'Thank you for answering. No police.', 'declined-noted'],
    ['carrier-word', 'Thank you. Reply STOP to leave.', 'declined-noted'],
    ['carrier-word', 'Finished. This is the end. Take care.', 'end-noted'],
    ['link', 'Finished. See www.example.', 'end-noted'],
    ['segments', `${good} ${'Please go and look. '.repeat(7).trim()}`],
  ])('%s: %s', (problem, text, of) => {
    expect(check(text, of)).toBe(problem)
  })

  test('no name of the service or of its people', () => {
    expect(check('Finished. Sam says: take care.', 'end-noted', ['Harbour House', 'Sam'])).toBe('name')
    expect(check('Finished. Harbour House says: take care.', 'end-noted', ['Harbour House', 'Sam'])).toBe('name')
    expect(check('Finished. The same to you: take care.', 'end-noted', ['Sam'])).toBe('sound')
  })
})

test('a text is said in their words, and in ours where they have none', () => {
  const values = {
    code: '4821',
    reason: 'silence',
    addressFollows: true,
    supporterActing: false,
    othersGoing: 0,
  } as const
  const text = renderText('alert-first', values, 'en', { [key]: good })
  expect(text).toMatch(/^SAFETY ALERT 4821\. Somebody who trusts you/)
  expect(text).toContain('Address follows.')
  expect(renderText('alert-first', { ...values, reason: 'help' }, 'en', { [key]: good })).toContain(
    'has asked for help',
  )
})

test('what is shown before it is sent is what is sent at its longest', () => {
  const [preview] = previewSentence(key, 'en', { [key]: good })
  expect(preview).toMatchObject({ template: 'alert-first', segments: 1 })
  expect(preview?.text).toContain('Somebody who trusts you')
  expect(segmentsOf(previewSentence('where.address', 'en'))).toBeGreaterThan(1)
  for (const sentence of sentenceKeys()) {
    const previews = previewSentence(sentence, 'en')
    expect(previews.length, sentence).toBeGreaterThan(0)
    for (const { text, segments } of previews) expect(countSegments(text)).toBe(segments)
  }
})

test('what a digit means is said in our words alone, in every language, whatever was stored before', () => {
  const fixed = (['en', 'cy'] as const).map((language) =>
    sentenceKeys().filter((sentence) => !mayBeReworded(sentence, language)),
  )
  // One digit alone means something; 999 does not.
  expect(fixed[0]).toEqual(sentenceKeys().filter((sentence) => /(?<!\d)\d(?!\d)/.test(LANGUAGES.en[sentence])))
  expect(fixed[1]).toEqual(fixed[0])
  expect(fixed[0]).toEqual(expect.arrayContaining(['reply-going', 'reply-take', 'invitation.reply', 'session-start']))
  expect(fixed[0]).not.toContain('ring-999')
  expect(usableSentences('en', { 'reply-going': 'Reply 1 = cannot, 2 = going.' })).toEqual({})
})

test('words that no longer fit our sentence are not used: ours are', () => {
  expect(
    usableSentences('en', { [key]: good, 'end-noted': 'Done.', 'no-such': 'x', 'reply-going': 'Reply 1.' }),
  ).toEqual({
    [key]: good,
    'end-noted': 'Done.',
  })
})
