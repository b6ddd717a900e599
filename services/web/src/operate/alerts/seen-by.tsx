import type { AlertExport } from '@stillhere/contracts'
import { Table } from '../parts/table.tsx'
import { toTheSecond } from '../parts/when.ts'
import { say } from '../words.ts'
import { type Seer, whoSaw } from './who-saw.ts'

/** Who was shown what of an alert, and what became of it. */
export function WhoSaw({ of }: { of: AlertExport }) {
  const rows = whoSaw(of)
  const when = (key: 'seenAt' | 'givenAt' | 'openedAt' | 'shreddedAt') => ({
    key,
    label: say(`saw.${key}`),
    cell: (one: Seer) => (one[key] ? toTheSecond(one[key]) : '–'),
  })
  return (
    <section class="part">
      <h2>{say('saw.title')}</h2>
      {rows.length === 0 ? (
        <p>{say('saw.nobody')}</p>
      ) : (
        <Table
          caption={say('saw.title')}
          rows={rows}
          keyOf={({ key }) => key}
          columns={[
            {
              key: 'who',
              label: say('saw.who'),
              cell: ({ kind, mark }) => (
                <>
                  {say(kind === 'rescuer' ? 'saw.rescuer' : 'saw.supporter')} <code>{mark}</code>
                </>
              ),
            },
            when('seenAt'),
            when('givenAt'),
            when('openedAt'),
            when('shreddedAt'),
          ]}
        />
      )}
    </section>
  )
}
