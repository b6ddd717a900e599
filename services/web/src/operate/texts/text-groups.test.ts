import { sentenceKeys } from '@stillhere/domain'
import { expect, test } from 'vitest'
import { groupOf, textGroups } from './text-groups.ts'

test('every sentence is for somebody, and no group is empty', () => {
  const found = new Set(sentenceKeys().map(groupOf))
  expect([...found].sort()).toEqual([...textGroups].sort())
})

test('an answer to a reply is no alert of its own', () => {
  expect(['claim.rescuer', 'alert-first.missed', 'pager-engine', 'all-clear.helped'].map(groupOf)).toEqual([
    'answer',
    'rescuer',
    'pager',
    'all-clear',
  ])
})
