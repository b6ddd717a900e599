import { expect, test } from 'vitest'
import { Behaviours, parseBehaviour } from './behaviours.ts'

test.each([
  'accept',
  '429',
  '500-before',
  '500-after',
  'hang',
  'reset',
  'garbage',
  'never-deliver',
  'late',
  'doubled',
  'reversed',
  'refuse-21610',
  'rate-1',
  'rate-1000',
])('knows %s', (name) => {
  expect(parseBehaviour(name)?.name).toBe(name)
})

test.each([
  '',
  'Accept',
  'accept ',
  'refuse',
  'refuse-1',
  'refuse-216100',
  'rate-0',
  'rate-1.5',
  'rate--1',
  '500',
  'toString',
])('does not know "%s"', (name) => {
  expect(parseBehaviour(name)).toBeUndefined()
})

test.each([
  ['refuse-30003', 'delivery'],
  ['refuse-30410', 'delivery'],
  ['refuse-21610', 'request'],
  ['refuse-20429', 'request'],
  ['refuse-90007', 'request'],
])('%s comes with the %s', (name, when) => {
  expect(parseBehaviour(name)).toMatchObject({ when })
})

test('the phone decides before the sender, and both before the default', () => {
  const behaviours = new Behaviours(10)
  const hang = parseBehaviour('hang')
  const late = parseBehaviour('late')
  if (hang === undefined || late === undefined) throw new Error('unknown behaviour')
  expect(behaviours.between('ours', 'phone').kind).toBe('accept')
  behaviours.set('ours', hang)
  expect(behaviours.between('ours', 'phone').kind).toBe('hang')
  behaviours.set('phone', late)
  expect(behaviours.between('ours', 'phone').kind).toBe('late')
})

test('forgets the number named longest ago when it is full', () => {
  const behaviours = new Behaviours(2)
  const late = parseBehaviour('late')
  if (late === undefined) throw new Error('unknown behaviour')
  for (const number of ['one', 'two', 'one', 'three']) behaviours.set(number, late)
  expect(behaviours.numbers()).toEqual(['one', 'three'])
})
