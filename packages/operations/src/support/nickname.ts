import { createHash } from 'node:crypto'

/** Plain words that say nothing of anybody. */
const colours = [
  'amber',
  'blue',
  'coral',
  'green',
  'grey',
  'indigo',
  'ivory',
  'lilac',
  'olive',
  'plum',
  'rose',
  'sand',
  'silver',
  'teal',
  'violet',
  'white',
] // prettier-ignore
const things = [
  'acorn',
  'bridge',
  'cedar',
  'comet',
  'feather',
  'harbour',
  'kestrel',
  'lantern',
  'maple',
  'meadow',
  'otter',
  'pebble',
  'river',
  'sparrow',
  'thistle',
  'willow',
] // prettier-ignore

/** What a supporter calls a session: the same for the same session, and no way back to the person. */
export function nicknameOf(sessionId: string): string {
  const [first = 0, second = 0, third = 0] = createHash('sha256').update(sessionId).digest()
  return `${colours[first % colours.length]} ${things[second % things.length]} ${third % 100}`
}
