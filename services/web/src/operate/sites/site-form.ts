import type { SitesAnswer } from '@stillhere/contracts'

export type Site = SitesAnswer['sites'][number]

/** What is typed of a site: every field a text, the places of naloxone one a line. */
export interface SiteForm {
  version: number | undefined
  label: string
  address: string
  area: string
  entry: string
  staffOnSite: string
  naloxone: string
  pets: string
  notes: string
  /** Empty: the organisation's own. */
  ladderId: string
}

export const mostNaloxone = 5
export const longest = {
  label: 100,
  address: 400,
  area: 100,
  entry: 400,
  staffOnSite: 200,
  naloxone: 520,
  pets: 200,
  notes: 400,
} as const

export const emptySite: SiteForm = {
  version: undefined,
  label: '',
  address: '',
  area: '',
  entry: '',
  staffOnSite: '',
  naloxone: '',
  pets: '',
  notes: '',
  ladderId: '',
}

export const formOf = (site: Site): SiteForm => ({
  version: site.version,
  label: site.label,
  address: site.address,
  area: site.area ?? '',
  entry: site.entry ?? '',
  staffOnSite: site.staffOnSite ?? '',
  naloxone: (site.naloxone ?? []).join('\n'),
  pets: site.pets ?? '',
  notes: site.notes ?? '',
  ladderId: site.ladderId ?? '',
})

export const naloxonePlaces = (typed: string): string[] =>
  typed
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)

/** What the service is sent: lines become one, what was left empty is left out. */
export function bodyOf(form: SiteForm): object {
  const line = (text: string) => text.replace(/\s+/g, ' ').trim()
  const said = Object.fromEntries(
    (['area', 'entry', 'staffOnSite', 'pets', 'notes'] as const)
      .map((name) => [name, line(form[name])] as const)
      .filter(([, text]) => text !== ''),
  )
  const naloxone = naloxonePlaces(form.naloxone)
  return {
    ...(form.version !== undefined && { version: form.version }),
    label: line(form.label),
    address: line(form.address),
    ...said,
    ...(naloxone.length > 0 && { naloxone }),
    ladderId: form.ladderId === '' ? null : form.ladderId,
  }
}

/** Whether people who adopted it are asked again: a ladder is the service's own. */
export function movesTemplate(before: SiteForm, after: SiteForm): boolean {
  const of = ({ version: _v, ladderId: _l, ...rest }: SiteForm) => JSON.stringify(rest)
  return of(before) !== of(after)
}
