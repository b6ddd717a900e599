import { signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { useEffect } from 'preact/hooks'
import { NoAnswerError } from '../shared/server/api.ts'
import { Trouble } from './parts/trouble.tsx'
import type { Page } from './place.ts'
import { say } from './words.ts'

/** Each page is fetched when it is first opened. */
const sources: Record<Page, () => Promise<{ default: ComponentType }>> = {
  board: () => import('./pages/board.tsx'),
  proof: () => import('./pages/proof.tsx'),
  incidents: () => import('./pages/incidents.tsx'),
  sites: () => import('./pages/sites.tsx'),
  ladders: () => import('./pages/ladders.tsx'),
  rhythms: () => import('./pages/rhythms.tsx'),
  texts: () => import('./pages/texts.tsx'),
  guidance: () => import('./pages/guidance.tsx'),
  organisation: () => import('./pages/organisation.tsx'),
  people: () => import('./pages/people.tsx'),
  rota: () => import('./pages/rota.tsx'),
  staffing: () => import('./pages/staffing.tsx'),
  alerts: () => import('./pages/alerts.tsx'),
  openings: () => import('./pages/openings.tsx'),
  said: () => import('./pages/said.tsx'),
  audit: () => import('./pages/audit.tsx'),
  reports: () => import('./pages/reports.tsx'),
  retention: () => import('./pages/retention.tsx'),
}

const here = signal<Partial<Record<Page, ComponentType>>>({})
const missing = signal<Page | undefined>(undefined)

async function fetchPage(page: Page): Promise<void> {
  try {
    const { default: component } = await sources[page]()
    missing.value = undefined
    here.value = { ...here.value, [page]: component }
  } catch {
    missing.value = page
  }
}

export function PageHere({ page }: { page: Page }) {
  const Component = here.value[page]
  useEffect(() => {
    if (Component === undefined) void fetchPage(page)
  }, [page])
  if (Component) return <Component />
  if (missing.value === page) return <Trouble of={new NoAnswerError()} onAgain={() => fetchPage(page)} />
  return <p class="small">{say('app.loading')}</p>
}
