import type { IFlattenedRuleSet, IForbiddenRuleType } from 'dependency-cruiser'

/*
 * Who may import whom: the import table of the architecture, as data. To change it, change a row here and say why in
 * infra/decisions/. Rooms are folders of packages/ and services/; what a row does not name is forbidden.
 */

/** Paths of a room that are not tests: a row speaks of what runs. */
const TESTS = ['\\.test\\.tsx?$', '/tests/']

const room = (name: string, part = '') => `^packages/${name}/src/${part}`

/** A row: the files it is about, and the rooms (or parts of rooms) that they may import besides their own. */
type Row = { files: string; butNot?: string[]; mayImport: string[] }

const DISCLOSURE = '^services/worker/src/disclosure/'
/** The process that serves the web's files; the rest of the room runs in a browser. */
const WEB_SERVER = '^services/web/src/(?:main|build-web|index)\\.ts$'
/** Recipients' browsers open there what was sealed to them: briefs, what people say, a plan that two people asked for. */
const WEB_OPENS_BRIEFS =
  '^services/web/src/(?:support/|rescue/|shared/sign-in/|operate/pages/said\\.tsx$|operate/openings/opened-plan\\.tsx$)'

const IMPORT_TABLE: Readonly<Record<string, Row>> = {
  domain: { files: room('domain'), mayImport: [] },
  sealing: { files: room('sealing'), mayImport: [] },
  config: { files: room('config'), mayImport: [] },
  'carrier-simulator': { files: room('carrier-simulator'), mayImport: [] },
  contracts: { files: room('contracts'), mayImport: [room('domain')] },
  observability: { files: room('observability'), mayImport: [room('domain')] },
  persistence: {
    files: room('persistence'),
    mayImport: [room('domain'), room('contracts'), room('observability')],
  },
  signals: { files: room('signals'), mayImport: [room('domain'), room('contracts'), room('observability')] },
  timers: {
    files: room('timers'),
    mayImport: [room('domain'), room('contracts'), room('observability'), room('signals')],
  },
  carriers: { files: room('carriers'), mayImport: [room('domain'), room('observability')] },
  operations: {
    files: room('operations'),
    mayImport: [room('domain'), room('contracts'), room('observability'), room('persistence')],
  },
  api: {
    files: '^services/api/src/',
    mayImport: [
      room('domain'),
      room('contracts'),
      room('sealing', 'seal\\.ts$'),
      room('config'),
      room('observability'),
      room('timers'),
      room('signals'),
      room('carriers', 'inbound/'),
      room('operations'),
    ],
  },
  gateway: {
    files: '^services/gateway/src/',
    mayImport: [
      room('domain'),
      room('contracts'),
      room('config'),
      room('observability'),
      room('timers'),
      room('signals'),
      room('operations'),
    ],
  },
  worker: {
    files: '^services/worker/src/',
    butNot: [DISCLOSURE],
    mayImport: [
      room('domain'),
      room('contracts'),
      room('config'),
      room('observability'),
      room('timers'),
      room('signals'),
      room('carriers'),
      room('operations'),
    ],
  },
  'worker-disclosure': {
    files: DISCLOSURE,
    mayImport: [
      '^services/worker/src/',
      room('domain'),
      room('contracts'),
      room('sealing'),
      room('config'),
      room('observability'),
      room('timers'),
      room('signals'),
      room('carriers'),
      room('operations'),
    ],
  },
  web: {
    files: '^services/web/src/',
    butNot: [WEB_SERVER],
    mayImport: [room('domain'), room('contracts'), room('sealing')],
  },
  'web-server': { files: WEB_SERVER, mayImport: [room('config'), room('observability')] },
}

/** npm packages that must have one owner, so that there is one place where each is tamed. */
const PACKAGE_OWNERS: Readonly<Record<string, string[]>> = {
  pg: ['persistence'],
  postgrator: ['persistence'],
  bullmq: ['timers'],
  ioredis: ['signals'],
  twilio: ['carriers'],
  ws: ['gateway', 'testkit'],
  pino: ['observability'],
  'prom-client': ['observability'],
  '@hpke/core': ['sealing'],
}

/** Rooms whose code also runs in a browser: nothing of Node's there. */
const BROWSER_SAFE = ['domain', 'contracts', 'sealing']

/** The table as rules of dependency-cruiser. */
export function layerRules(): IFlattenedRuleSet {
  const rows = Object.entries(IMPORT_TABLE).map(
    ([name, row]): IForbiddenRuleType => ({
      name: `import-table-${name}`,
      severity: 'error',
      from: { path: row.files, pathNot: [...TESTS, ...(row.butNot ?? [])] },
      to: { path: '^(?:packages|services|tests|infra)/', pathNot: [ownRoom(row.files), ...row.mayImport] },
    }),
  )
  const owners = Object.entries(PACKAGE_OWNERS).map(
    ([name, owned]): IForbiddenRuleType => ({
      name: `one-owner-${name}`,
      severity: 'error',
      from: { path: '^(?:packages|services)/', pathNot: [...TESTS, `^(?:packages|services)/(?:${owned.join('|')})/`] },
      to: { path: `(?:^|/)node_modules/(?:@types/)?${name}/` },
    }),
  )
  return { forbidden: [...rows, ...owners, ...EVERYWHERE] }
}

const EVERYWHERE: IForbiddenRuleType[] = [
  {
    name: 'only-disclosure-opens-plans',
    comment: 'Law 6: whoever faces the internet cannot read a plan.',
    severity: 'error',
    from: {
      path: '^(?:packages|services)/',
      pathNot: [...TESTS, DISCLOSURE, WEB_OPENS_BRIEFS, '^packages/(?:sealing|testkit)/'],
    },
    to: { path: '^packages/sealing/src/open' },
  },
  {
    name: 'by-name-not-by-path',
    comment: 'A room shows what its exports name; a relative path would reach past them.',
    severity: 'error',
    from: { path: '^(packages|services)/([^/]+)/' },
    to: { path: '^(?:packages|services)/', pathNot: '^$1/$2/', dependencyTypes: ['local'] },
  },
  {
    name: 'no-test-in-what-runs',
    severity: 'error',
    from: { path: '^(?:packages|services)/[^/]+/src/', pathNot: TESTS },
    to: { path: TESTS },
  },
  {
    name: 'browser-safe',
    severity: 'error',
    from: { path: `^packages/(?:${BROWSER_SAFE.join('|')})/src/`, pathNot: TESTS },
    to: { dependencyTypes: ['core'] },
  },
  {
    name: 'domain-depends-on-nothing',
    severity: 'error',
    from: { path: '^packages/domain/src/', pathNot: TESTS },
    to: { pathNot: '^packages/domain/src/' },
  },
  {
    name: 'no-circle',
    severity: 'error',
    from: { path: '^(?:packages|services)/' },
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'declared-and-found',
    comment: 'An import that cannot be resolved is one that its room does not declare.',
    severity: 'error',
    from: { path: '^(?:packages|services)/' },
    to: { couldNotResolve: true },
  },
]

/** `^packages/domain/src/` and everything under the same room. */
function ownRoom(files: string): string {
  const [, folder = files] = /^(\^(?:packages|services)\/[^/]+\/)/.exec(files) ?? []
  return folder
}
