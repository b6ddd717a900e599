import { expect, test } from 'vitest'
import { newPlan } from '../plans/plan.ts'
import { adopt, leaveSite } from './adopt.ts'

const words = { room: (room: string) => `Room ${room}`, staff: (staff: string) => `Staff: ${staff}` }
const template = {
  siteId: '0192d4e0-7a2b-7c3d-8e4f-5a6b7c8d9e0f',
  siteVersion: 2,
  label: 'Harbour House',
  address: '1 Quay Street',
  entry: 'Blue door',
  notes: 'Lift broken',
  staffOnSite: 'Night staff until 8',
}

test('the site says everything, the person adds the room and what a helper should know of them', () => {
  const { text, site } = adopt(newPlan('x'), template, { code: 'BCDF-GHJK', room: ' 12 ', notes: 'Asthma' }, words)
  expect(text).toMatchObject({
    label: 'Harbour House',
    address: 'Room 12, 1 Quay Street',
    entry: 'Blue door',
    notes: 'Lift broken\nStaff: Night staff until 8\nAsthma',
  })
  expect(site).toEqual({ id: template.siteId, version: 2, code: 'BCDF-GHJK', room: '12', notes: 'Asthma' })
})

test('a template that is adopted anew keeps the person’s own words, and drops what the site no longer says', () => {
  const before = adopt(newPlan('x'), template, { code: 'c', room: '12', notes: 'Asthma' }, words)
  const own = {
    ...before,
    text: { ...before.text, callOut: 'Robin', rescuers: [{ id: 'r' }] },
    ownNumber: '07700 900123',
  }
  const { entry: _gone, ...moved } = { ...template, siteVersion: 3 }
  const after = adopt(own, moved, { code: 'c', room: '12', notes: 'Asthma' }, words)
  expect(after.text).toMatchObject({ callOut: 'Robin', rescuers: [{ id: 'r' }] })
  expect(after.text.entry).toBeUndefined()
  expect(after).toMatchObject({ id: own.id, ownNumber: '07700 900123', site: { version: 3 } })
  expect(leaveSite(after).site).toBeUndefined()
})
