import type { BoardAnswer } from '@stillhere/contracts'
import { Table } from '../parts/table.tsx'
import { say } from '../words.ts'

type Channel = BoardAnswer['board']['delivery']['channels'][number]

const states = { ok: 'good', look: 'look', act: 'wrong' } as const

/** Messages of the last hour, by channel and carrier. */
export function DeliveryTable({ channels }: { channels: readonly Channel[] }) {
  const count = (key: 'attempted' | 'accepted' | 'delivered' | 'failed' | 'unknown') => ({
    key,
    label: say(`delivery.${key}`),
    cell: (channel: Channel) => channel[key],
    isNumber: true,
  })
  return (
    <Table
      caption={say('delivery.title')}
      rows={channels}
      keyOf={({ channel, carrier }) => `${channel}.${carrier}`}
      columns={[
        {
          key: 'channel',
          label: say('delivery.channel'),
          cell: ({ channel, carrier }) => say(`delivery.by.${channel}`, { carrier }),
        },
        {
          key: 'state',
          label: say('delivery.state'),
          cell: ({ state }) => <span class={`mark ${states[state]}`}>{say(`delivery.state.${state}`)}</span>,
        },
        count('attempted'),
        count('accepted'),
        count('delivered'),
        count('failed'),
        count('unknown'),
      ]}
    />
  )
}
