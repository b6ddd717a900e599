import type { Person } from './person.ts'
import type { Phone } from './phones.ts'

/**
 * The usual end of an alert that somebody was told of: the person gives a sign of life, a rescuer who was told has spoken
 * to them. Takes the texts of it on that rescuer's phone; others hear `ALL CLEAR` too.
 */
export async function giveAllClear(person: Person, rescuer: Phone): Promise<void> {
  const { outcome } = await person.checkIn()
  if (outcome !== 'requestedAllClear') throw new Error(`a sign of life was answered ${outcome}`)
  await rescuer.expectText('If you have spoken to them and they are safe, reply 5')
  await rescuer.reply('5')
  await rescuer.expectText('ALL CLEAR')
  await person.sessionUntil('is closed', ({ state }) => state === 'closed')
}
