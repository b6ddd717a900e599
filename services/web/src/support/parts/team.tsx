import { feed, me } from '../known.ts'
import { say } from '../words.ts'

/** Who is on shift, whoever leads first. */
export function Team() {
  const here = feed.value?.onShift ?? []
  const leads = here.filter(({ role }) => role === 'duty-lead')
  const others = here.filter(({ role }) => role !== 'duty-lead')
  return (
    <>
      <ul class="plain team">
        {[...leads, ...others].map(({ id, name, role }) => (
          <li key={id}>
            <span class="lamp" aria-hidden="true" />
            <span>
              {name}
              {id === me.value?.recipientId && ` (${say('me.you')})`}
            </span>
            <span class="small">{say(`role.${role}`)}</span>
          </li>
        ))}
      </ul>
      {here.length === 0 && <p>{say('team.nobody')}</p>}
      {leads.length === 0 && <p class="small">{say('team.noLead')}</p>}
    </>
  )
}
