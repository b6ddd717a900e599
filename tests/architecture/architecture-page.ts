import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decideSession, defaultPrompts, type Session, type SessionCommand, type SessionState } from '@stillhere/domain'
import { parse } from 'yaml'
import { ROOT, read } from './deployments.ts'
import { IMPORT_TABLE } from './import-table.ts'

/*
 * The diagrams of packages/ARCHITECTURE.md, drawn from what is true: the import table, the function that decides, and the
 * compose file. `node tests/architecture/architecture-page.ts` draws them anew; a test says when they are stale.
 */

export const PAGE = 'packages/ARCHITECTURE.md'

/** Who may import whom. Every room may import `domain`, which would hide the rest: it is left out. */
function drawRooms(): string {
  const rooms = Object.entries(IMPORT_TABLE)
  const named = (path: string): string => {
    const [, area = '', name = '', part = ''] = /^\^(packages|services)\/([a-z-]+)\/src\/(.*)$/.exec(path) ?? []
    if (area === '') throw new Error(`a row of the import table that cannot be drawn: ${path}`)
    const of = part.startsWith('inbound') ? `${name}/inbound` : part.startsWith('seal') ? `${name}/seal` : name
    return of
  }
  const arrows = rooms.flatMap(([from, row]) =>
    row.mayImport
      .map(named)
      .filter((to) => to !== 'domain')
      .map((to) => `  ${from} --> ${to}`),
  )
  return ['flowchart TD', ...new Set(arrows)].join('\n')
}

const START = 1_800_000_000_000
const at = (seconds: number) => START + seconds * 1_000

const counting: Session = {
  state: 'counting',
  version: 1,
  startedAt: at(0),
  anchorAt: at(0),
  rhythm: [120],
  prompts: defaultPrompts,
  deadlineAt: at(120),
  alertAt: at(180),
  lastPressAt: at(0),
  raised: false,
  quiet: false,
}

/** Each situation that the rules tell apart, with the instant at which it is asked. */
const situations: { session: Session; now: number; when?: string }[] = [
  { session: counting, now: at(60) },
  { session: counting, now: at(130), when: 'deadlineAt' },
  { session: counting, now: at(200), when: 'alertAt' },
  { session: { ...counting, state: 'prompting' }, now: at(150) },
  { session: { ...counting, state: 'prompting' }, now: at(200), when: 'alertAt' },
  { session: { ...counting, state: 'alerting' }, now: at(200) },
]

const commands: { command: SessionCommand; says: string }[] = [
  { command: { kind: 'check-in', pressedAgoMs: 0 }, says: 'check-in' },
  { command: { kind: 'extend', seconds: 100 }, says: 'extend' },
  { command: { kind: 'end' }, says: 'end' },
  { command: { kind: 'help', quiet: false }, says: 'help' },
  { command: { kind: 'raise' }, says: 'raise' },
  { command: { kind: 'reach-deadline' }, says: '' },
  { command: { kind: 'alert-closed' }, says: 'all-clear' },
]

/** What `decideSession` makes of every command in every state. */
function drawSession(): string {
  const edges = new Map<string, Set<string>>()
  const add = (from: SessionState, to: SessionState, label: string) =>
    edges.set(`${from} --> ${to}`, (edges.get(`${from} --> ${to}`) ?? new Set()).add(label))
  for (const { session, now, when } of situations)
    for (const { command, says } of commands) {
      // What the clock alone does is drawn at the instants; what people do, between them.
      if ((says === '') !== (when !== undefined)) continue
      const decision = decideSession(session, command, now, 1)
      if (decision.kind === 'changed') add(session.state, decision.session.state, says || `${when} passes`)
      else if (decision.kind === 'unchanged' && decision.effects.some(({ kind }) => kind === 'request-all-clear'))
        add(session.state, session.state, `${says} asks for the all-clear`)
    }
  return [
    'stateDiagram-v2',
    '  [*] --> counting: start',
    ...[...edges].map(([edge, labels]) => `  ${edge}: ${[...labels].join(', ')}`),
    '  closed --> [*]',
  ].join('\n')
}

interface Composed {
  services: Record<string, { networks?: string[] | Record<string, unknown>; ports?: string[] }>
  networks: Record<string, { internal?: boolean } | null>
}

/** Which process is in which network: a line between two boxes is a way a byte can go. */
function drawHost(): string {
  const { services, networks } = parse(read('docker-compose.yml'), { merge: true }) as Composed
  const lines = Object.entries(services).flatMap(([name, service]) => {
    const joined = Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {})
    return [
      ...(service.ports ? [`  internet(((internet))) --> ${name}`] : []),
      ...joined.map((network) => `  ${name} --- ${network}`),
    ]
  })
  const rooms = Object.entries(networks).map(
    ([name, network]) => `  ${name}{{${name}: ${network?.internal ? 'no way out' : 'a way out'}}}`,
  )
  return ['flowchart LR', ...rooms, ...lines].join('\n')
}

const DRAWINGS: Readonly<Record<string, () => string>> = { rooms: drawRooms, session: drawSession, host: drawHost }

/** The page with its diagrams drawn anew. @throws Error when a diagram has lost its place */
export function withDrawings(page: string): string {
  let drawn = page
  for (const [name, draw] of Object.entries(DRAWINGS)) {
    const place = new RegExp(`(<!-- drawn: ${name} -->\\n\`\`\`mermaid\\n)[\\s\\S]*?(\\n\`\`\`)`)
    if (!place.test(drawn)) throw new Error(`${PAGE} has no place for the diagram ${name}`)
    drawn = drawn.replace(place, (_all, before: string, after: string) => before + draw() + after)
  }
  return drawn
}

if (import.meta.main) {
  const file = join(ROOT, PAGE)
  writeFileSync(file, withDrawings(readFileSync(file, 'utf8')))
}
