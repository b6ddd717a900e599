import type { AlertExport } from '@stillhere/contracts'

/** Somebody who was given the plan, or saw the alert at a console: no name, the end of an id. */
export interface Seer {
  key: string
  kind: string
  /** Enough of the id to tell two apart. */
  mark: string
  /** When the plan was sealed to them, when they opened it, when their copy was destroyed. */
  givenAt?: string | undefined
  openedAt?: string | undefined
  shreddedAt?: string | undefined
  /** When they first saw the alert at a console. */
  seenAt?: string | undefined
}

/** Everybody who saw something of an alert, by when they were first given or shown it. */
export function whoSaw({ disclosures, views }: Pick<AlertExport, 'disclosures' | 'views'>): Seer[] {
  const seers: Seer[] = disclosures.map((one, index) => ({
    key: `d${index}`,
    kind: one.recipientKind,
    mark: markOf(one.recipientId),
    givenAt: one.createdAt,
    openedAt: one.openedAt,
    shreddedAt: one.shreddedAt,
    seenAt: views.find(({ supporterId }) => supporterId === one.recipientId)?.seenAt,
  }))
  const given = new Set(disclosures.map(({ recipientId }) => recipientId))
  for (const [index, { supporterId, seenAt }] of views.entries())
    if (!given.has(supporterId)) seers.push({ key: `v${index}`, kind: 'supporter', mark: markOf(supporterId), seenAt })
  const firstOf = ({ givenAt, seenAt }: Seer) =>
    Math.min(...[givenAt, seenAt].map((at) => (at ? Date.parse(at) : Number.POSITIVE_INFINITY)))
  return seers.sort((a, b) => firstOf(a) - firstOf(b))
}

/** The beginning of an id is its time: two of one moment share it. */
const markOf = (id: string): string => id.slice(-6)
