import type { TextTemplate, TextValues } from './templates.ts'

const code = '4821'
const of = { code }
const flags = [true, false]
const reasons = ['silence', 'help', 'raised'] as const
const link = `https://rescue.some-service.example.co.uk/r/0192f0c1-2b3c-7d4e-8f50-112233445566#${'z'.repeat(44)}`

/** Values as long as they may be, for every form of every text: what a preview shows and a new wording must fit. */
export const SAMPLE_VALUES: { readonly [T in TextTemplate]: readonly TextValues[T][] } = {
  'alert-first': reasons.flatMap((reason) =>
    flags.flatMap((addressFollows) =>
      flags.flatMap((supporterActing) =>
        [0, 99].map((othersGoing) => ({ ...of, reason, addressFollows, supporterActing, othersGoing })),
      ),
    ),
  ),
  'alert-first-supporter': reasons.flatMap((reason) => [0, 99].map((othersGoing) => ({ ...of, reason, othersGoing }))),
  'alert-repeat': (['rescuer', 'supporter'] as const).flatMap((to) =>
    flags.flatMap((supporterActing) => [0, 99].map((othersGoing) => ({ ...of, to, supporterActing, othersGoing }))),
  ),
  'alert-where': [
    { ...of, link },
    { ...of, link, address: '12 Mill Lane, Cardiff CF10 1AA' },
    { ...of, link, address: '12 Mill Lane, Cardiff CF10 1AA', entry: 'Buzzer 3, second floor' },
  ],
  'alert-generic': flags.map((supporterActing) => ({ ...of, supporterActing })),
  'alert-bundle': [false, true].map((again) => ({
    codes: Array.from({ length: 20 }, (_, index) => String(4_821 + index)),
    again,
  })),
  'claim-confirmed': [
    { ...of, by: 'rescuer' },
    { ...of, by: 'supporter' },
  ],
  'going-noted': flags.map((someoneCoordinates) => ({ ...of, someoneCoordinates })),
  'going-noted-you-and-others': flags.map((someoneCoordinates) => ({ ...of, someoneCoordinates, othersGoing: 99 })),
  'cannot-noted': [of],
  'there-noted': [of],
  'safe-noted-closed': [of],
  'safe-reported': [of],
  'safe-told-owner': [of],
  'already-claimed': (['rescuer', 'supporter'] as const).flatMap((to) =>
    (['rescuer', 'supporter'] as const).map((by) => ({ ...of, to, by, time: '12:04' })),
  ),
  'supporter-owns': [of],
  'handed-over': [of],
  'stand-down': [of],
  'post-rescue': [of],
  'request-all-clear': [of],
  'all-clear': (['answered', 'spoken-to', 'helped', 'closed'] as const).map((reason) => ({ ...of, reason })),
  'late-reply': [of],
  'which-alert': [{ codes: Array.from({ length: 6 }, (_, index) => String(4_821 + index)) }],
  'unknown-phone': [{}],
  'not-understood': [{}],
  invitation: [
    { host: 'page.example.org' },
    { host: 'rescue.some-service.example.co.uk', word: 'abcdefghijk lmnopqrstuvw' },
  ],
  'agreed-noted': [{}],
  'declined-noted': [{}],
  'left-noted': [{}, of],
  rehearsal: [{}],
  'rehearsal-noted': [{}],
  'rehearsal-own': [{}],
  'session-start': [{ endCode: '417' }],
  'prompt-own': [{ untilToldSeconds: 119 }, { untilToldSeconds: 0 }],
  'check-in-noted': [{}, { nextSeconds: 43_200 }],
  'end-noted': [{}],
  'end-code-wrong': [{}],
  'help-noted': [of],
  'alert-raised-own': [of],
  'all-clear-requested': [of],
  'plan-warning': [{}],
  'contact-ask': [{ host: 'rescue.some-service.example.co.uk' }],
  'contact-confirmed': [{}],
  'contact-denied': [{}],
  'pager-unowned': [
    { count: 12_345, longestSeconds: 999_999 },
    { count: 1, longestSeconds: 999_999 },
  ],
  'pager-engine': [{}],
  'pager-restored': [{ count: 12 }],
  'pager-silent': [of],
  'pager-abandoning': [of],
  'pager-carrier': [{}],
  'pager-clock': [{}],
  'pager-plan': [of],
  'pager-keys': [{ count: 12 }],
  'pager-opening': [{}],
  'pager-synthetic': [{}],
  'pager-nobody': [of],
  'rota-hole': [{ people: 999, floor: 999, when: '31/12 23:59' }],
  'floor-missed': [{ people: 999, floor: 999 }],
}
