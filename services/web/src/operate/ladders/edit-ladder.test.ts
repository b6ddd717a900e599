import { bounds, checkLadder, defaultLadder } from '@stillhere/domain'
import { expect, test } from 'vitest'
import { changed, edited, inOrder, lanesOf, plain, withOneMore } from './edit-ladder.ts'

test('a ladder that is opened and saved again is the same', () => {
  expect(plain(edited(defaultLadder))).toEqual([...defaultLadder])
})

test('a step that is moved past another comes after it, and is still the same step', () => {
  const steps = inOrder(changed(edited(defaultLadder), 's1', { afterSeconds: 100 }))
  expect(steps.map(({ key }) => key)).toEqual(['s0', 's2', 's1', 's3'])
})

test('a step that is added makes no sound ladder unsound, and none comes too late', () => {
  const one = withOneMore(edited(defaultLadder), bounds.ladder.lastStepSeconds)
  expect(new Set(one.map(({ key }) => key)).size).toBe(5)
  expect(checkLadder(plain(one))).toEqual({ kind: 'sound' })
  const late = edited([{ afterSeconds: 1_790, to: 'everyone', channel: 'text' }])
  expect(withOneMore(late, 1_800).at(-1)?.afterSeconds).toBe(1_800)
})

test('whom the plan names first is drawn with both', () => {
  expect(lanesOf('first')).toEqual(['supporters', 'rescuers'])
  expect(lanesOf('rescuers')).toEqual(['rescuers'])
})
