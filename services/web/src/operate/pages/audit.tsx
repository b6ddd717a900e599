import type { AuditAnswer } from '@stillhere/contracts'
import { renderCsv } from '@stillhere/domain'
import { FileDown } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { sayAction, sayField } from '../alerts/journal-words.ts'
import { actions } from '../alerts/written-down.ts'
import { ask } from '../app.ts'
import { Answered, useAsked } from '../parts/asked.tsx'
import { download } from '../parts/download.ts'
import { Empty } from '../parts/empty.tsx'
import { Filter, filteredBy } from '../parts/filter.tsx'
import { useSaving } from '../parts/save.tsx'
import { Table } from '../parts/table.tsx'
import { Trouble } from '../parts/trouble.tsx'
import { toTheSecond } from '../parts/when.ts'
import { say } from '../words.ts'

type Change = AuditAnswer['changes'][number]
const path = '/v1/operate/audit?limit=100'

/** Who changed what: names of fields, never what is in them. */
export default function AuditPage() {
  const first = useAsked<AuditAnswer>(path)
  const [older, setOlder] = useState<{ rows: readonly Change[]; nextCursor?: string | undefined }>()
  const loading = useSaving()
  const all = [...(first.body?.changes ?? []), ...(older?.rows ?? [])]
  const nextCursor = older ? older.nextCursor : first.body?.nextCursor
  const wanted = filteredBy('action')
  const rows = all.filter(({ action }) => wanted === '' || action === wanted)
  return (
    <>
      <Heading of="audit">{say('page.audit')}</Heading>
      <p>{say('audit.what')}</p>
      <div class="filters">
        <Filter name="action" label={say('audit.action')} options={actions.map((one) => [one, say(`action.${one}`)])} />
        <button
          type="button"
          disabled={rows.length === 0}
          onClick={() =>
            download(
              'audit.csv',
              'text/csv',
              renderCsv([
                [
                  say('line.at'),
                  say('audit.byId'),
                  say('audit.action'),
                  say('audit.thing'),
                  say('ladder.version'),
                  say('audit.fields'),
                ],
                ...rows.map((one) => [
                  one.at,
                  one.by.id,
                  sayAction(one.action),
                  one.thing ?? '',
                  one.version ?? '',
                  one.fields.map(sayField).join(', '),
                ]),
              ]),
            )
          }
        >
          <Icon of={FileDown} size={20} /> {say('export.csv')}
        </button>
      </div>
      <Answered of={first}>
        {() =>
          all.length === 0 ? (
            <Empty title={say('audit.empty')} what={say('audit.emptyWhat')} />
          ) : (
            <Table
              caption={say('page.audit')}
              rows={rows.map((row, index) => ({ ...row, key: String(index) }))}
              keyOf={({ key }) => key}
              columns={[
                { key: 'at', label: say('line.at'), cell: ({ at }) => toTheSecond(at), by: ({ at }) => at },
                {
                  key: 'by',
                  label: say('line.by'),
                  cell: ({ by }) => by.name ?? say('audit.gone'),
                  by: ({ by }) => by.name ?? '',
                },
                {
                  key: 'action',
                  label: say('audit.action'),
                  cell: ({ action }) => sayAction(action),
                  by: ({ action }) => sayAction(action),
                },
                {
                  key: 'fields',
                  label: say('audit.fields'),
                  cell: ({ fields }) => fields.map(sayField).join(', ') || '–',
                },
                {
                  key: 'version',
                  label: say('ladder.version'),
                  cell: ({ version }) => version ?? '–',
                  isNumber: true,
                },
              ]}
            />
          )
        }
      </Answered>
      {all.length > 0 && rows.length === 0 && <p>{say('filter.nothing')}</p>}
      {loading.trouble !== undefined && <Trouble of={loading.trouble} />}
      {nextCursor && (
        <button
          type="button"
          class="back"
          disabled={loading.isBusy}
          onClick={() =>
            loading.run(async () => {
              const more = await ask<AuditAnswer>(`${path}&cursor=${encodeURIComponent(nextCursor)}`)
              setOlder({ rows: [...(older?.rows ?? []), ...more.changes], nextCursor: more.nextCursor })
            })
          }
        >
          {say('app.older')}
        </button>
      )}
    </>
  )
}
