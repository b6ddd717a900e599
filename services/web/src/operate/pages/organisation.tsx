import type { OrganisationAnswer } from '@stillhere/contracts'
import { contrastOf, inkOn } from '../../shared/look/brand.ts'
import { Heading } from '../../shared/parts/heading.tsx'
import { languages } from '../../shared/words/speak.ts'
import { may, send, tell, who } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { useDraft } from '../parts/draft.ts'
import { Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { say } from '../words.ts'

type Organisation = OrganisationAnswer['organisation']

export default function OrganisationPage() {
  const asked = useAsked<OrganisationAnswer>('/v1/operate/organisation')
  return (
    <>
      <Heading of="organisation">{say('page.organisation')}</Heading>
      <Answered of={asked}>{({ organisation }) => <Form organisation={organisation} asked={asked} />}</Answered>
    </>
  )
}

const formOf = (organisation: Organisation) => ({
  version: organisation.version,
  name: organisation.name,
  languages: organisation.languages,
  pagerNumber: organisation.pagerNumber ?? '',
  staffingFloor: String(organisation.staffingFloor),
  colour: organisation.colour,
})

function Form({ organisation, asked }: { organisation: Organisation; asked: Asked<OrganisationAnswer> }) {
  const draft = useDraft('organisation', formOf(organisation))
  const saving = useSaving()
  const form = draft.value
  const isReadOnly = !may('run-service')
  const questions: Questions<ReturnType<typeof formOf>> = {
    name: { label: say('org.name') },
    languages: {
      label: say('org.languages'),
      say: (tags) => tags.map((tag) => (tag in languages ? languages[tag as keyof typeof languages] : tag)),
      as: (tags) => [...tags].sort(),
    },
    pagerNumber: { label: say('org.pager') },
    staffingFloor: { label: say('org.floor') },
    colour: { label: say('org.colour') },
  }
  const floor = Number(form.staffingFloor)
  const wrong =
    form.languages.length === 0
      ? say('org.needsLanguage')
      : !Number.isInteger(floor) || floor < 0 || floor > 1_000 || form.staffingFloor.trim() === ''
        ? say('org.floorWrong')
        : undefined

  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      const pager = form.pagerNumber.replace(/[\s()-]/g, '')
      await send('PUT', '/v1/operate/organisation', {
        version: form.version,
        name: form.name.trim(),
        languages: form.languages,
        pagerNumber: pager === '' ? null : pager,
        staffingFloor: floor,
        colour: form.colour,
      })
      await asked.again()
      draft.drop()
      if (who.value) {
        const { colour: _, ...same } = who.value.organisation
        const { name, colour } = form
        who.value = { ...who.value, organisation: { ...same, name: name.trim(), ...(colour && { colour }) } }
      }
    })
    if (well) tell(say('org.saved'))
  }

  return (
    <form class="form" onSubmit={save}>
      <Field
        label={say('org.name')}
        why={say('org.nameWhy')}
        value={form.name}
        longest={80}
        isRequired
        isReadOnly={isReadOnly}
        onInput={(name) => draft.set({ name })}
      />
      <fieldset disabled={isReadOnly}>
        <legend class="label">{say('org.languages')}</legend>
        <div class="choices">
          {Object.entries(languages).map(([tag, name]) => (
            <label key={tag} class="choice">
              <input
                type="checkbox"
                checked={form.languages.includes(tag)}
                onChange={({ currentTarget }) =>
                  draft.set({
                    languages: currentTarget.checked
                      ? [...form.languages, tag]
                      : form.languages.filter((one) => one !== tag),
                  })
                }
              />
              <span lang={tag}>{name}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Field
        label={say('org.pager')}
        why={say('org.pagerWhy')}
        kind="tel"
        value={form.pagerNumber}
        longest={24}
        isReadOnly={isReadOnly}
        onInput={(pagerNumber) => draft.set({ pagerNumber })}
      />
      <Field
        label={say('org.floor')}
        why={say('org.floorWhy')}
        kind="number"
        least={0}
        most={1_000}
        value={form.staffingFloor}
        isReadOnly={isReadOnly}
        onInput={(staffingFloor) => draft.set({ staffingFloor })}
      />
      <Colour
        colour={form.colour}
        name={form.name}
        isReadOnly={isReadOnly}
        onChange={(colour) => draft.set({ colour })}
      />
      <dl class="facts">
        <dt>{say('org.number')}</dt>
        <dd>
          {organisation.smsNumber}
          <span class="why">{say('org.numberWhy')}</span>
        </dd>
        <dt>{say('org.slug')}</dt>
        <dd>{organisation.slug}</dd>
      </dl>
      {isReadOnly ? (
        <p class="small">{say('app.readOnly')}</p>
      ) : (
        <SaveBar
          saving={saving}
          isChanged={draft.isChanged}
          wrong={wrong}
          onDrop={draft.drop}
          merging={{ draft, questions, newest: async () => formOf((await asked.newest()).organisation) }}
        />
      )}
    </form>
  )
}

/** Whatever is chosen, the words on it are black or white, whichever is read better. */
function Colour(of: {
  colour: string | null
  name: string
  isReadOnly: boolean
  onChange: (colour: string | null) => void
}) {
  const { colour } = of
  const ink = colour && inkOn(colour)
  return (
    <fieldset disabled={of.isReadOnly}>
      <legend class="label">{say('org.colour')}</legend>
      <p class="why">{say('org.colourWhy')}</p>
      <div class="colour-choice">
        <label class="choice">
          <input
            type="checkbox"
            checked={colour !== null}
            onChange={({ currentTarget }) => of.onChange(currentTarget.checked ? '#0a4080' : null)}
          />
          <span>{say('org.colourOwn')}</span>
        </label>
        {colour && ink && (
          <>
            <input
              type="color"
              aria-label={say('org.colour')}
              value={colour}
              onInput={({ currentTarget }) => of.onChange(currentTarget.value)}
            />
            <span class="branded-name" style={{ background: colour, color: ink }}>
              {of.name}
            </span>
            <span class="small">{say('org.contrast', { ratio: contrastOf(colour, ink).toFixed(1) })}</span>
          </>
        )}
      </div>
    </fieldset>
  )
}
