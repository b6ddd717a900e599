import { expect, test } from 'vitest'
import { edited, type LadderForm, plain } from '../ladders/edit-ladder.ts'
import { emptySite, type SiteForm } from '../sites/site-form.ts'
import { fieldsWith, labelOf, linesOf, merge, type Questions } from './merge.ts'

const text = (label: string) => ({ label })
const site: Questions<SiteForm> = {
  label: text('Name'),
  address: text('Address'),
  area: text('Area'),
  entry: text('Way in'),
  staffOnSite: text('Staff'),
  naloxone: text('Naloxone'),
  pets: text('Animals'),
  notes: text('Notes'),
  ladderId: text('Ladder'),
}
const quay: SiteForm = { ...emptySite, version: 1, label: 'Quay', address: '1 Quay Street', entry: 'Blue door' }

test('who typed only the animals keeps the other operator’s new address and door', () => {
  const moved = { ...quay, version: 2, address: '41 Quay Street', entry: 'Red door' }
  expect(merge(quay, { ...quay, pets: 'A dog' }, moved, site)).toEqual({
    value: { ...moved, pets: 'A dog' },
    taken: ['address', 'entry'],
    both: [],
  })
})

test('what both changed stays mine, is named, and the version is the newest: it can be saved once it is chosen', () => {
  const merged = merge(quay, { ...quay, entry: 'Back gate' }, { ...quay, version: 5, entry: 'Red door' }, site)
  expect(merged).toEqual({ value: { ...quay, version: 5, entry: 'Back gate' }, taken: [], both: ['entry'] })
})

test('both wrote the same: there is nothing to choose', () => {
  const same = { ...quay, entry: 'Red door' }
  expect(merge(quay, same, { ...same, version: 2 }, site)).toEqual({
    value: { ...same, version: 2 },
    taken: [],
    both: [],
  })
})

test('a field emptied by the other comes empty, and one that I emptied stays empty', () => {
  const { value, taken } = merge(quay, { ...quay, address: '' }, { ...quay, version: 2, entry: '' }, site)
  expect([value.address, value.entry, taken]).toEqual(['', '', ['entry']])
})

const ladder: Questions<LadderForm> = {
  name: text('Name'),
  steps: { label: 'Steps', say: (all) => all.map(({ channel, to }) => `${channel} to ${to}`), as: plain },
}
const step = (afterSeconds: number, channel: 'text' | 'call' = 'text') =>
  ({ afterSeconds, to: 'everyone', channel }) as const
const ladderForm = (version: number, name: string, steps: Parameters<typeof edited>[0]): LadderForm => ({
  version,
  name,
  steps: edited(steps),
})

test('a ladder that I only renamed keeps the call that somebody else put into it', () => {
  const base = ladderForm(1, 'Usual', [step(0), step(60)])
  const newest = ladderForm(2, 'Usual', [step(0), step(30, 'call'), step(60)])
  const { value, taken } = merge(base, { ...base, name: 'Nights' }, newest, ladder)
  expect([value.name, plain(value.steps), taken]).toEqual(['Nights', plain(newest.steps), ['steps']])
})

test('the steps of a ladder are one answer, the same however they were put there', () => {
  const base = ladderForm(1, 'Usual', [step(0)])
  const mine = { ...base, steps: [...base.steps, { ...step(60), key: 's7' }] }
  expect(merge(base, mine, ladderForm(2, 'Usual', [step(0), step(60)]), ladder).both).toEqual([])
  const other = merge(base, mine, ladderForm(2, 'Usual', [step(0), step(90)]), ladder)
  expect([other.both, plain(other.value.steps)]).toEqual([['steps'], plain(mine.steps)])
  expect(linesOf(ladder, 'steps', other.value)).toEqual(['text to everyone', 'text to everyone'])
})

interface Tests {
  version: number
  isOn: boolean
  everyMinutes: string
  boundSeconds: string
}
const tests: Questions<Tests> = {
  isOn: { label: 'Schedule', say: (isOn, { everyMinutes }) => (isOn ? `every ${everyMinutes}` : 'off') },
  everyMinutes: 'isOn',
  boundSeconds: text('Bound'),
}

test('answers that mean nothing without one another are chosen together', () => {
  const base: Tests = { version: 1, isOn: true, everyMinutes: '15', boundSeconds: '60' }
  const ended: Tests = { ...base, version: 2, isOn: false, everyMinutes: '30' }
  expect(merge(base, { ...base, everyMinutes: '10' }, ended, tests)).toEqual({
    value: { ...base, version: 2, everyMinutes: '10' },
    taken: [],
    both: ['isOn'],
  })
  expect(merge(base, { ...base, boundSeconds: '90' }, ended, tests).value).toEqual({ ...ended, boundSeconds: '90' })
  expect(fieldsWith(tests, 'isOn')).toEqual(['isOn', 'everyMinutes'])
  expect(linesOf(tests, 'isOn', ended)).toEqual(['off'])
  expect(labelOf(tests, 'isOn')).toBe('Schedule')
})

test('what is of several lines is read a line each, and what is empty as nothing', () => {
  expect(linesOf(site, 'naloxone', { ...quay, naloxone: 'Office\nKitchen' })).toEqual(['Office', 'Kitchen'])
  expect(linesOf(site, 'pets', quay)).toEqual([])
})
