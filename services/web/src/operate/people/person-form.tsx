import type { SupporterAnswer, SupportersAnswer } from '@stillhere/contracts'
import { useState } from 'preact/hooks'
import { Dialog } from '../../shared/parts/dialog.tsx'
import { languages } from '../../shared/words/speak.ts'
import { send, tell } from '../app.ts'
import type { Asked } from '../parts/asked.tsx'
import { useDraft } from '../parts/draft.ts'
import { Choice, Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { say } from '../words.ts'
import type { Invited } from './invitation.tsx'

export type Somebody = SupportersAnswer['supporters'][number]
export const roles = ['supporter', 'duty-lead', 'supervisor', 'operator', 'auditor'] as const
const engagements = ['none', 'staff', 'volunteer', 'peer'] as const

const formOf = (somebody: Somebody | undefined) => ({
  version: somebody?.version,
  name: somebody?.name ?? '',
  role: somebody?.role ?? ('supporter' as Somebody['role']),
  language: somebody?.language ?? 'en',
  engagement: somebody?.engagement ?? ('none' as const),
  number: '',
})

/** Somebody new, or a change of somebody. A number that is kept is never shown: it is left as it is, replaced or ended. */
export function PersonForm(of: {
  somebody?: Somebody
  asked: Asked<SupportersAnswer>
  onInvited: (invited: Invited) => void
  onClose: () => void
}) {
  const { somebody, asked } = of
  const draft = useDraft(`supporter ${somebody?.id ?? 'new'}`, formOf(somebody))
  const [endsNumber, setEndsNumber] = useState(false)
  const saving = useSaving()
  const form = draft.value
  const questions: Questions<ReturnType<typeof formOf>> = {
    name: { label: say('person.name') },
    role: { label: say('person.role'), say: (role) => say(`role.${role}`) },
    language: {
      label: say('person.language'),
      say: (tag) => (tag in languages ? languages[tag as keyof typeof languages] : tag),
    },
    engagement: { label: say('person.engagement'), say: (one) => say(`engagement.${one}`) },
    number: { label: say('person.number') },
  }
  const hasNumber = somebody?.numberCheck !== undefined

  async function save(event: Event) {
    event.preventDefault()
    let invited: Invited | undefined
    const number = form.number.trim()
    const well = await saving.run(async () => {
      const engagement = form.engagement === 'none' ? null : form.engagement
      const body = { name: form.name.trim(), role: form.role, language: form.language }
      if (somebody) {
        await send('PUT', `/v1/operate/supporters/${somebody.id}`, {
          ...body,
          engagement,
          ...(form.version && { version: form.version }),
          ...(endsNumber ? { number: null } : number !== '' && { number }),
        })
      } else {
        const answer = await send<SupporterAnswer>('POST', '/v1/operate/supporters', {
          ...body,
          ...(engagement && { engagement }),
          ...(number !== '' && { number }),
        })
        if (answer.invitation) invited = { name: body.name, role: body.role, invitation: answer.invitation }
      }
      await asked.again()
      draft.drop()
    })
    if (!well) return
    of.onClose()
    if (invited) of.onInvited(invited)
    else tell(say('person.saved'))
  }

  return (
    <Dialog title={somebody ? say('person.change', { name: somebody.name }) : say('people.new')} onClose={of.onClose}>
      <form class="form" onSubmit={save}>
        <Field
          label={say('person.name')}
          why={say('person.nameWhy')}
          value={form.name}
          longest={80}
          isRequired
          onInput={(name) => draft.set({ name })}
        />
        <Choice
          label={say('person.role')}
          value={form.role}
          options={roles.map((role) => [role, say(`role.${role}`)])}
          onChange={(role) => draft.set({ role })}
        />
        <p class="small">{say(`role.what.${form.role}`)}</p>
        <Choice
          label={say('person.engagement')}
          value={form.engagement}
          options={engagements.map((one) => [one, say(`engagement.${one}`)])}
          onChange={(engagement) => draft.set({ engagement })}
        />
        <Choice
          label={say('person.language')}
          value={form.language}
          options={Object.entries(languages)}
          onChange={(language) => draft.set({ language })}
        />
        {!endsNumber && (
          <Field
            label={say('person.number')}
            why={say(hasNumber ? 'person.numberKept' : 'person.numberWhy')}
            kind="tel"
            value={form.number}
            longest={40}
            onInput={(number) => draft.set({ number })}
          />
        )}
        {hasNumber && (
          <label class="choice">
            <input
              type="checkbox"
              checked={endsNumber}
              onChange={({ currentTarget }) => setEndsNumber(currentTarget.checked)}
            />
            <span>{say('person.endNumber')}</span>
          </label>
        )}
        <SaveBar
          saving={saving}
          isChanged={draft.isChanged}
          label={say(somebody ? 'save.save' : 'people.invite')}
          onDrop={draft.drop}
          merging={{
            draft,
            questions,
            newest: async () => {
              const newest = (await asked.newest()).supporters.find((one) => one.id === somebody?.id)
              return newest && formOf(newest)
            },
          }}
        >
          <button type="button" onClick={of.onClose}>
            {say('app.cancel')}
          </button>
        </SaveBar>
      </form>
    </Dialog>
  )
}
