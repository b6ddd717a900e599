import type { AlertOrder } from '@stillhere/contracts'
import type { Person } from './person.ts'
import type { Phone } from './phones.ts'
import type { PlanText } from './sample-plan.ts'

/** Where people and phones come from: a stack in this process, or real processes. */
export interface PeopleAndPhones {
  newPerson(): Promise<Person>
  newPhone(): Phone
}

/**
 * The usual beginning: a device, a plan that was checked, and rescuers who were invited by text and agreed with `1`.
 * The texts of the invitations are taken; what comes afterwards is the test's.
 */
export async function preparePerson(
  stack: PeopleAndPhones,
  wanted: {
    rescuers?: number
    ownPhone?: boolean
    alertOrder?: AlertOrder
    plan?: Partial<PlanText>
    /** The site whose template the plan has adopted. */
    site?: { siteId: string; siteVersion?: number }
  } = {},
): Promise<{ person: Person; rescuers: Phone[]; rescuer: Phone; ownPhone: Phone }> {
  const person = await stack.newPerson()
  const ownPhone = stack.newPhone()
  await person.savePlan({
    ...wanted.plan,
    ...(wanted.ownPhone && { ownNumber: ownPhone.number }),
    ...(wanted.alertOrder && { alertOrder: wanted.alertOrder }),
    ...(wanted.site && { site: wanted.site }),
  })
  const rescuers: Phone[] = []
  for (let position = 1; position <= (wanted.rescuers ?? 1); position += 1) {
    const phone = stack.newPhone()
    rescuers.push(phone)
    await person.addRescuer({ number: phone.number, position })
  }
  for (const phone of rescuers) {
    await phone.expectText(/Reply 1 = (?:I )?agree/)
    await phone.reply('1')
    await phone.expectText('You are on the list')
  }
  await person.planUntil(
    'is checked and all have agreed',
    ({ check, ownNumberCheck, rescuers: named }) =>
      check === 'ok' && ownNumberCheck !== 'pending' && named.every(({ consent }) => consent === 'agreed'),
  )
  const [rescuer = ownPhone] = rescuers
  return { person, rescuers, rescuer, ownPhone }
}
