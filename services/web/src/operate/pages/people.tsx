import { signal } from '@preact/signals'
import type { InvitationAnswer, ShiftsAnswer, SupportersAnswer } from '@stillhere/contracts'
import { KeyRound, LogOut, MessageCircleQuestionMark, Pencil, UserMinus, UserPlus } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { may, send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { Empty } from '../parts/empty.tsx'
import { Field } from '../parts/field.tsx'
import { Filter, filteredBy } from '../parts/filter.tsx'
import { Table } from '../parts/table.tsx'
import { dateAndTime } from '../parts/when.ts'
import { Invitation, type Invited } from '../people/invitation.tsx'
import { PersonForm, roles, type Somebody } from '../people/person-form.tsx'
import { Engagement, mayAsk, Phone, phoneState } from '../people/phone.tsx'
import { say } from '../words.ts'

/** A name that somebody looks for stays in memory: it is in no address. */
const wanted = signal('')
const path = '/v1/operate/supporters'
const everyMs = 5_000

type Open =
  | { what: 'form'; somebody?: Somebody }
  | { what: 'invite' | 'ask' | 'revoke' | 'remove' | 'end'; somebody: Somebody }

/** Nobody's name is in an address: what is open of somebody is a dialog. */
export default function PeoplePage() {
  const people = useAsked<SupportersAnswer>(path, everyMs)
  const shifts = useAsked<ShiftsAnswer>('/v1/operate/shifts', everyMs)
  const [open, setOpen] = useState<Open>()
  const [invited, setInvited] = useState<Invited>()
  const close = () => setOpen(undefined)
  return (
    <>
      <div class="page-head">
        <Heading of="people">{say('page.people')}</Heading>
        {may('run-service') && (
          <button type="button" class="primary" onClick={() => setOpen({ what: 'form' })}>
            <Icon of={UserPlus} size={20} /> {say('people.new')}
          </button>
        )}
      </div>
      <Answered of={shifts}>
        {({ shifts: on, staffingFloor }) => (
          <p class={`banner ${on.length < staffingFloor ? 'trouble' : ''}`}>
            {say('people.onShift', { count: on.length, floor: staffingFloor })}
          </p>
        )}
      </Answered>
      <div class="filters">
        <Filter name="role" label={say('person.role')} options={roles.map((role) => [role, say(`role.${role}`)])} />
        <Filter name="shift" label={say('person.shift')} options={[['on', say('people.shiftOn')]]} />
        <Field
          label={say('people.find')}
          value={wanted.value}
          longest={80}
          onInput={(value) => {
            wanted.value = value
          }}
        />
      </div>
      <Answered of={people}>{(body) => <List all={body.supporters} now={body.serverNow} onOpen={setOpen} />}</Answered>
      {open?.what === 'form' && (
        <PersonForm
          {...(open.somebody && { somebody: newestOf(open.somebody, people.body) })}
          asked={people}
          onInvited={setInvited}
          onClose={close}
        />
      )}
      {open && open.what !== 'form' && (
        <Ask open={open} people={people} shifts={shifts} onInvited={setInvited} onClose={close} />
      )}
      {invited && <Invitation of={invited} onClose={() => setInvited(undefined)} />}
    </>
  )
}

/** What is open goes on from what is saved now, not from when it was opened. */
const newestOf = (somebody: Somebody, body: SupportersAnswer | undefined): Somebody =>
  body?.supporters.find(({ id }) => id === somebody.id) ?? somebody

/** Sian finds Siân. */
const plainLetters = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

function List(of: { all: readonly Somebody[]; now: string; onOpen: (open: Open) => void }) {
  const { all, now, onOpen } = of
  const look = plainLetters(wanted.value.trim())
  const rows = all.filter(
    (one) =>
      plainLetters(one.name).includes(look) &&
      (filteredBy('role') === '' || one.role === filteredBy('role')) &&
      (filteredBy('shift') === '' || one.onShift),
  )
  const isAlone = all.every(({ role }) => role === 'operator' || role === 'auditor')
  return (
    <>
      {isAlone && <Empty title={say('people.empty')} what={say('people.emptyWhat')} />}
      <Table
        caption={say('page.people')}
        rows={rows}
        keyOf={({ id }) => id}
        order="name"
        atOnce={50}
        columns={[
          {
            key: 'name',
            label: say('person.name'),
            cell: ({ name }) => <span class="typed">{name}</span>,
            by: ({ name }) => name,
          },
          { key: 'role', label: say('person.role'), cell: ({ role }) => say(`role.${role}`), by: ({ role }) => role },
          {
            key: 'shift',
            label: say('person.shift'),
            cell: (one) => <Shift of={one} />,
            by: ({ onShift }) => (onShift ? 0 : 1),
          },
          {
            key: 'engagement',
            label: say('person.engagement'),
            cell: (one) => <Engagement of={one} />,
            by: ({ engagement }) => engagement ?? '',
          },
          { key: 'phone', label: say('person.phone'), cell: (one) => <Phone of={one} now={now} />, by: phoneState },
          {
            key: 'passkeys',
            label: say('person.passkeys'),
            cell: ({ passkeys }) =>
              passkeys === 0 ? <span class="mark look">{say('person.noPasskey')}</span> : passkeys,
            by: ({ passkeys }) => passkeys,
          },
          ...(may('run-service') || may('end-shifts')
            ? [
                {
                  key: 'do',
                  label: say('person.do'),
                  cell: (one: Somebody) => <Doings of={one} onOpen={onOpen} />,
                },
              ]
            : []),
        ]}
      />
      {rows.length === 0 && <p>{say('filter.nothing')}</p>}
    </>
  )
}

function Shift({ of }: { of: Somebody }) {
  return (
    <>
      {of.onShift ? (
        <span class="mark good">{say('people.shiftOn')}</span>
      ) : (
        <span class="small">{say('people.shiftOff')}</span>
      )}
      {of.since && of.onShift && <span class="why">{say('people.since', { when: dateAndTime(of.since) })}</span>}
      {of.debriefOpen && <span class="why">{say('people.debrief')}</span>}
    </>
  )
}

/** What is done often is at hand; what ends something for somebody is one press further. */
function Doings({ of, onOpen }: { of: Somebody; onOpen: (open: Open) => void }) {
  const { name } = of
  return (
    <span class="doings">
      {may('run-service') && (
        <button type="button" onClick={() => onOpen({ what: 'form', somebody: of })}>
          <Icon of={Pencil} size={18} /> {say('person.changeIt')} <span class="heard-only">{name}</span>
        </button>
      )}
      {may('run-service') && mayAsk(of) && (
        <button type="button" onClick={() => onOpen({ what: 'ask', somebody: of })}>
          <Icon of={MessageCircleQuestionMark} size={18} />{' '}
          {say(of.numberAskedAt ? 'person.askAgain' : 'person.askFirst')} <span class="heard-only">{name}</span>
        </button>
      )}
      {may('end-shifts') && of.onShift && (
        <button type="button" onClick={() => onOpen({ what: 'end', somebody: of })}>
          <Icon of={LogOut} size={18} /> {say('person.end')} <span class="heard-only">{name}</span>
        </button>
      )}
      {may('run-service') && (
        <details>
          <summary>
            {say('person.more')} <span class="heard-only">{name}</span>
          </summary>
          <span class="doings">
            <button type="button" onClick={() => onOpen({ what: 'invite', somebody: of })}>
              <Icon of={KeyRound} size={18} /> {say('person.invite')} <span class="heard-only">{name}</span>
            </button>
            <button type="button" onClick={() => onOpen({ what: 'revoke', somebody: of })}>
              <Icon of={LogOut} size={18} /> {say('person.revoke')} <span class="heard-only">{name}</span>
            </button>
            <button type="button" class="urgent" onClick={() => onOpen({ what: 'remove', somebody: of })}>
              <Icon of={UserMinus} size={18} /> {say('person.remove')} <span class="heard-only">{name}</span>
            </button>
          </span>
        </details>
      )}
    </span>
  )
}

function Ask(of: {
  open: Exclude<Open, { what: 'form' }>
  people: Asked<SupportersAnswer>
  shifts: Asked<ShiftsAnswer>
  onInvited: (invited: Invited) => void
  onClose: () => void
}) {
  const { what, somebody } = of.open
  const one = `${path}/${somebody.id}`
  async function run() {
    if (what === 'invite') {
      const { invitation } = await send<InvitationAnswer>('POST', `${one}/invitation`)
      if (invitation) of.onInvited({ name: somebody.name, role: somebody.role, invitation })
    } else {
      if (what === 'ask') await send('POST', `${one}/ask-number`)
      if (what === 'revoke') await send('POST', `${one}/revoke-passkeys`)
      if (what === 'remove') await send('DELETE', one)
      if (what === 'end') await send('POST', `/v1/operate/shifts/${somebody.id}/end`)
      tell(say(`person.${what}Done`, { name: somebody.name }))
    }
    await Promise.all([of.people.again(), of.shifts.again()])
  }
  return (
    <Confirm
      title={say(`person.${what}Title`, { name: somebody.name })}
      yes={say(`person.${what}`)}
      onClose={of.onClose}
      onYes={run}
    >
      <p>{say(`person.${what}What`)}</p>
    </Confirm>
  )
}
