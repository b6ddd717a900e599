import type { IconNode } from 'lucide'
import { ArrowRight, DoorOpen, MapPin, PawPrint, Phone, PlusSquare, Speech, StickyNote, X } from 'lucide'
import { addressLines } from '../../shared/address/address-lines.ts'
import { Icon } from '../../shared/look/icon.tsx'
import { arrive, type Brief, open, press } from '../alert/alert.ts'
import { SafeButton } from '../parts/confirm-safe.tsx'
import { Frame } from '../parts/frame.tsx'
import { say, type Word } from '../words.ts'
import { OthersGoing } from './first.tsx'

export function Address({ address }: { address: string }) {
  const { lines, postcode } = addressLines(address)
  return (
    <p class="where">
      {[...lines, ...(postcode ? [postcode] : [])].map((line, index) => (
        <span key={`${index} ${line}`}>{line}</span>
      ))}
    </p>
  )
}

const access: { field: 'entry' | 'pets' | 'naloxone' | 'callOut' | 'notes'; icon: IconNode; word: Word }[] = [
  { field: 'entry', icon: DoorOpen, word: 'address.entry' },
  { field: 'callOut', icon: Speech, word: 'address.callOut' },
  { field: 'naloxone', icon: PlusSquare, word: 'address.naloxone' },
  { field: 'pets', icon: PawPrint, word: 'address.pets' },
  { field: 'notes', icon: StickyNote, word: 'address.notes' },
]

/** Big enough to read while running. What the plan does not say is left out. */
export function AddressScreen({ brief }: { brief: Brief }) {
  return (
    <Frame
      title={say('address.title')}
      kind="go"
      next={
        <>
          <button type="button" class="primary" onClick={arrive}>
            <Icon of={MapPin} size={28} /> {say('reply.there')}
          </button>
          <div class="others">
            <button type="button" onClick={() => open('wake')}>
              {say('address.next')} <Icon of={ArrowRight} />
            </button>
          </div>
        </>
      }
    >
      <OthersGoing />
      <Address address={brief.address} />
      <dl class="access">
        {access.map(
          ({ field, icon, word }) =>
            brief[field] && (
              <div key={field}>
                <dt>
                  <Icon of={icon} /> {say(word)}
                </dt>
                <dd>{brief[field]}</dd>
              </div>
            ),
        )}
      </dl>
      {brief.ownNumber && (
        <a class="button" href={`tel:${brief.ownNumber.replace(/[^+\d]/g, '')}`}>
          <Icon of={Phone} /> {say('address.ring')}
        </a>
      )}
      <div class="also">
        <SafeButton />
        <button type="button" class="link" onClick={() => press('cannot')}>
          <Icon of={X} /> {say('reply.cannotAfterAll')}
        </button>
      </div>
    </Frame>
  )
}
