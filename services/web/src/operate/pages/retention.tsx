import type { RetentionAnswer } from '@stillhere/contracts'
import { Heading } from '../../shared/parts/heading.tsx'
import { Answered, useAsked } from '../parts/asked.tsx'
import { Table } from '../parts/table.tsx'
import { dateAndTime } from '../parts/when.ts'
import { asKey, keptRules } from '../reports/kept-rules.ts'
import { inUnits } from '../reports/rows.ts'
import { say } from '../words.ts'

const everyMs = 30_000

/** What is kept how long and why, and that it goes when it should. */
export default function RetentionPage() {
  const retention = useAsked<RetentionAnswer>('/v1/operate/retention', everyMs)
  return (
    <>
      <Heading of="retention">{say('page.retention')}</Heading>
      <p>{say('retention.what')}</p>
      <Answered of={retention}>
        {({ rules, lastLookedAt }) => (
          <>
            <p class={`banner ${lastLookedAt ? '' : 'trouble'}`} role="status">
              {lastLookedAt ? say('retention.looked', { when: dateAndTime(lastLookedAt) }) : say('retention.never')}
            </p>
            <Table
              caption={say('page.retention')}
              rows={rules}
              keyOf={({ what }) => what}
              columns={[
                {
                  key: 'what',
                  label: say('retention.kind'),
                  cell: ({ what, why }) => {
                    const said = sayRule(what)
                    return (
                      <span {...(said ? {} : { lang: 'en' })}>
                        {said?.what ?? what}
                        <span class="why">{said?.why ?? why}</span>
                      </span>
                    )
                  },
                },
                {
                  key: 'kept',
                  label: say('retention.kept'),
                  cell: ({ keptSeconds }) => {
                    const { count, unit } = inUnits(keptSeconds)
                    return say(`retention.${unit}`, { count })
                  },
                  by: ({ keptSeconds }) => keptSeconds,
                  isNumber: true,
                },
                {
                  key: 'last',
                  label: say('retention.last'),
                  cell: ({ lastRemovedAt }) => (lastRemovedAt ? dateAndTime(lastRemovedAt) : say('retention.notYet')),
                  by: ({ lastRemovedAt }) => lastRemovedAt ?? '',
                },
                {
                  key: 'removed',
                  label: say('retention.removed'),
                  cell: ({ removed, lastRemovedAt }) => (lastRemovedAt ? (removed ?? say('reports.hidden')) : '–'),
                  isNumber: true,
                },
                {
                  key: 'next',
                  label: say('retention.next'),
                  cell: ({ nextDueAt, nextIsKnown }) =>
                    nextDueAt ? dateAndTime(nextDueAt) : say(nextIsKnown ? 'retention.nothing' : 'retention.notLooked'),
                  by: ({ nextDueAt }) => nextDueAt ?? '',
                },
              ]}
            />
          </>
        )}
      </Answered>
    </>
  )
}

/** What is kept, and why; undefined: it has no words here yet. */
function sayRule(what: string): { what: string; why: string } | undefined {
  const known = keptRules.find((one) => one === asKey(what))
  return known && { what: say(`kept.${known}`), why: say(`kept.why.${known}`) }
}
