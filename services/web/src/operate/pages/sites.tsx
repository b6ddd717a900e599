import { signal } from '@preact/signals'
import type { LaddersAnswer, SiteAnswer, SitesAnswer } from '@stillhere/contracts'
import { Archive, Copy, Plus, QrCode, RefreshCw } from 'lucide'
import { useState } from 'preact/hooks'
import { Icon } from '../../shared/look/icon.tsx'
import { Heading } from '../../shared/parts/heading.tsx'
import { send, tell } from '../app.ts'
import { Answered, type Asked, useAsked } from '../parts/asked.tsx'
import { Back } from '../parts/back.tsx'
import { Confirm } from '../parts/confirm.tsx'
import { useDraft } from '../parts/draft.ts'
import { Empty } from '../parts/empty.tsx'
import { Choice, Field } from '../parts/field.tsx'
import type { Questions } from '../parts/merge.ts'
import { SaveBar, useSaving } from '../parts/save.tsx'
import { Table } from '../parts/table.tsx'
import { go, hrefOf, place } from '../place.ts'
import { Poster } from '../sites/poster.tsx'
import {
  bodyOf,
  emptySite,
  formOf,
  longest,
  mostNaloxone,
  movesTemplate,
  naloxonePlaces,
  type Site,
  type SiteForm,
} from '../sites/site-form.ts'
import { say } from '../words.ts'

const path = '/v1/operate/sites'
/** What somebody looks for stays in memory: it may be anything. */
const wanted = signal('')

export default function SitesPage() {
  const sites = useAsked<SitesAnswer>(path)
  const { id, kept } = place.value
  if (id === 'new') return <OneSite key="new" sites={sites} />
  if (id !== undefined)
    return (
      <Answered of={sites}>
        {(body) => {
          const site = body.sites.find((one) => one.id === id)
          if (site === undefined) return <Gone />
          return kept.view === 'poster' ? <Poster site={site} /> : <OneSite key={id} site={site} sites={sites} />
        }}
      </Answered>
    )
  return (
    <>
      <div class="page-head">
        <Heading of="sites">{say('page.sites')}</Heading>
        <a class="button" href={hrefOf('sites', 'new')}>
          <Icon of={Plus} size={20} /> {say('sites.new')}
        </a>
      </div>
      <Answered of={sites}>{({ sites: all }) => <List all={all} />}</Answered>
    </>
  )
}

function Gone() {
  return (
    <>
      <Back to="sites" />
      <Heading of="gone">{say('sites.gone')}</Heading>
      <p>{say('sites.goneWhat')}</p>
    </>
  )
}

function List({ all }: { all: readonly Site[] }) {
  if (all.length === 0) return <Empty title={say('sites.empty')} what={say('sites.emptyWhat')} />
  const look = wanted.value.trim().toLowerCase()
  const rows = all.filter(({ label, address, area, joinCode }) =>
    [label, address, area ?? '', joinCode].some((text) => text.toLowerCase().includes(look)),
  )
  return (
    <>
      {all.length > 5 && (
        <Field
          label={say('sites.find')}
          value={wanted.value}
          onInput={(value) => {
            wanted.value = value
          }}
        />
      )}
      <Table
        caption={say('page.sites')}
        rows={rows}
        keyOf={({ id }) => id}
        order="label"
        columns={[
          {
            key: 'label',
            label: say('site.label'),
            cell: ({ id, label }) => (
              <a class="typed" href={hrefOf('sites', id)}>
                {label}
              </a>
            ),
            by: ({ label }) => label,
          },
          {
            key: 'area',
            label: say('site.area'),
            cell: ({ area }) => <span class="typed">{area ?? '–'}</span>,
            by: ({ area }) => area ?? '',
          },
          { key: 'code', label: say('site.code'), cell: ({ joinCode }) => <span class="code">{joinCode}</span> },
          {
            key: 'adopted',
            label: say('site.adopted'),
            cell: ({ adopted }) => adopted,
            by: ({ adopted }) => adopted,
            isNumber: true,
          },
          {
            key: 'behind',
            label: say('site.behind'),
            cell: ({ behind }) => behind,
            by: ({ behind }) => behind,
            isNumber: true,
          },
          {
            key: 'poster',
            label: say('site.poster'),
            cell: ({ id, label }) => (
              <a class="typed" href={hrefOf('sites', id, { view: 'poster' })}>
                <Icon of={QrCode} size={18} /> {say('site.posterOf', { label })}
              </a>
            ),
          },
        ]}
      />
      {rows.length === 0 && <p>{say('filter.nothing')}</p>}
    </>
  )
}

function OneSite({ site, sites }: { site?: Site; sites: Asked<SitesAnswer> }) {
  const ladders = useAsked<LaddersAnswer>('/v1/operate/ladders')
  const saved = site ? formOf(site) : emptySite
  const draft = useDraft<SiteForm>(`site ${site?.id ?? 'new'}`, saved)
  const saving = useSaving()
  const form = draft.value
  const text = (name: keyof typeof longest) => ({
    value: form[name],
    longest: longest[name],
    onInput: (value: string) => draft.set({ [name]: value }),
  })
  const ladderName = (id: string) =>
    id === '' ? say('site.ladderOwn') : (ladders.body?.ladders.find((one) => one.id === id)?.name ?? id)
  const questions: Questions<SiteForm> = {
    label: { label: say('site.label') },
    address: { label: say('site.address') },
    area: { label: say('site.area') },
    entry: { label: say('site.entry') },
    staffOnSite: { label: say('site.staff') },
    naloxone: { label: say('site.naloxone') },
    pets: { label: say('site.pets') },
    notes: { label: say('site.notes') },
    ladderId: { label: say('site.ladder'), say: ladderName },
  }
  const isTooMany = naloxonePlaces(form.naloxone).length > mostNaloxone

  async function save(event: Event) {
    event.preventDefault()
    const well = await saving.run(async () => {
      const answer = site
        ? await send<SiteAnswer>('PUT', `${path}/${site.id}`, bodyOf(form))
        : await send<SiteAnswer>('POST', path, bodyOf(form))
      draft.drop()
      await sites.again()
      go('sites', answer.site.id)
    })
    if (well) tell(say(site ? 'site.saved' : 'site.published'))
  }

  return (
    <>
      <Back to="sites" />
      <Heading of={site?.id ?? 'new'}>{site ? site.label : say('sites.new')}</Heading>
      {site && <Published site={site} sites={sites} />}
      <form class="form" onSubmit={save}>
        <h2>{say('site.template')}</h2>
        <p class="small">{say('site.templateWhat')}</p>
        <Field label={say('site.label')} why={say('site.labelWhy')} isRequired {...text('label')} />
        <Field label={say('site.address')} why={say('site.addressWhy')} isRequired lines={2} {...text('address')} />
        <Field label={say('site.area')} why={say('site.areaWhy')} {...text('area')} />
        <Field label={say('site.entry')} why={say('site.entryWhy')} lines={2} {...text('entry')} />
        <Field label={say('site.staff')} why={say('site.staffWhy')} {...text('staffOnSite')} />
        <Field
          label={say('site.naloxone')}
          why={say('site.naloxoneWhy', { most: mostNaloxone })}
          wrong={isTooMany ? say('site.naloxoneMany', { most: mostNaloxone }) : undefined}
          lines={3}
          {...text('naloxone')}
        />
        <Field label={say('site.pets')} {...text('pets')} />
        <Field label={say('site.notes')} why={say('site.notesWhy')} lines={2} {...text('notes')} />
        <h2>{say('site.alerts')}</h2>
        <Choice
          label={say('site.ladder')}
          value={form.ladderId}
          options={[
            ['', say('site.ladderOwn')],
            ...(ladders.body?.ladders ?? [])
              .filter((one) => !one.isDefault)
              .map((one): [string, string] => [one.id, one.name]),
          ]}
          onChange={(ladderId) => draft.set({ ladderId })}
        />
        {site && site.adopted > 0 && movesTemplate(saved, form) && (
          <p class="banner asked">{say('site.willAsk', { count: site.adopted })}</p>
        )}
        <SaveBar
          saving={saving}
          isChanged={draft.isChanged}
          label={say(site ? 'save.save' : 'site.publish')}
          wrong={isTooMany ? say('site.naloxoneMany', { most: mostNaloxone }) : undefined}
          onDrop={draft.drop}
          merging={{
            draft,
            questions,
            newest: async () => {
              const newest = (await sites.newest()).sites.find((one) => one.id === site?.id)
              return newest && formOf(newest)
            },
          }}
        />
      </form>
    </>
  )
}

/** What people adopt it by, who has, and how it ends. */
function Published({ site, sites }: { site: Site; sites: Asked<SitesAnswer> }) {
  const [asking, setAsking] = useState<'code' | 'retire'>()
  const close = () => setAsking(undefined)
  return (
    <section class="card published">
      <h2>{say('site.joinTitle')}</h2>
      <p class="code">{site.joinCode}</p>
      <p>{say('site.joinWhat')}</p>
      <p>
        {say('site.adoptedBy', { count: site.adopted })}{' '}
        {site.behind > 0 && say('site.behindBy', { count: site.behind })}
      </p>
      <div class="buttons">
        <a class="button" href={hrefOf('sites', site.id, { view: 'poster' })}>
          <Icon of={QrCode} size={20} /> {say('site.poster')}
        </a>
        <button
          type="button"
          onClick={async () => {
            try {
              await navigator.clipboard.writeText(`${location.origin}/#join=${site.joinCode}`)
              tell(say('site.copied'))
            } catch {
              tell(say('site.notCopied'), true)
            }
          }}
        >
          <Icon of={Copy} size={20} /> {say('site.copy')}
        </button>
        <button type="button" onClick={() => setAsking('code')}>
          <Icon of={RefreshCw} size={20} /> {say('site.newCode')}
        </button>
        <button type="button" class="urgent" onClick={() => setAsking('retire')}>
          <Icon of={Archive} size={20} /> {say('site.retire')}
        </button>
      </div>
      {asking === 'code' && (
        <Confirm
          title={say('site.newCodeTitle')}
          yes={say('site.newCode')}
          onClose={close}
          onYes={async () => {
            await send('POST', `${path}/${site.id}/join-code`)
            await sites.again()
            tell(say('site.codeChanged'))
          }}
        >
          <p>{say('site.newCodeWhat')}</p>
        </Confirm>
      )}
      {asking === 'retire' && (
        <Confirm
          title={say('site.retireTitle', { label: site.label })}
          yes={say('site.retire')}
          onClose={close}
          onYes={async () => {
            await send('DELETE', `${path}/${site.id}`)
            await sites.again()
            go('sites')
            tell(say('site.retired'))
          }}
        >
          <p>{say('site.retireWhat', { count: site.adopted })}</p>
        </Confirm>
      )}
    </section>
  )
}
