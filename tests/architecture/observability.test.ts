import { randomUUID } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parser } from '@prometheus-io/lezer-promql'
import { startRealStack, until } from '@stillhere/testkit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ROOT, read, readCompose } from './deployments.ts'

/*
 * What operators are given to look at: every expression parses, every metric and label it names is exposed by a process
 * that really runs, and every alarm says what to do.
 */

const PLACE = 'infra/deploy/observability'
interface Rule {
  readonly alert: string
  readonly expr: string
  readonly labels: { readonly severity: string; readonly promise: string }
  readonly annotations: { readonly summary: string; readonly runbook: string }
}
const rules = (parse(read(`${PLACE}/alert-rules.yml`)) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
)
const dashboard = JSON.parse(read(`${PLACE}/dashboard.json`)) as {
  panels: { id: number; title: string; targets: { expr: string }[] }[]
}
const expressions = [
  ...rules.map(({ alert, expr }) => [alert, expr] as const),
  ...dashboard.panels.flatMap(({ title, targets }) => targets.map(({ expr }) => [title, expr] as const)),
]

/** A metric as an expression asks for it: its name and what its labels must be. */
interface Selector {
  readonly name: string
  readonly matchers: { label: string; operator: string; value: string }[]
}

function selectorsOf(expr: string): Selector[] | 'does not parse' {
  const selectors: Selector[] = []
  let broken = false
  const text = (node: { from: number; to: number }) => expr.slice(node.from, node.to)
  parser.parse(expr).iterate({
    enter(node) {
      if (node.type.isError) broken = true
      if (node.name !== 'VectorSelector') return
      const name = node.node.getChild('Identifier')
      const matchers = node.node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []
      selectors.push({
        name: name ? text(name) : '',
        matchers: matchers.map((matcher) => {
          const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/.exec(text(matcher)) ?? []
          return { label, operator, value }
        }),
      })
    },
  })
  return broken ? 'does not parse' : selectors
}

/** Job → lines of its /metrics. */
const exposed = new Map<string, string[]>()
const stack = await startRealStack({ name: 'observability', noRedis: true })
afterAll(() => stack.close())

beforeAll(async () => {
  await giveOneCommand()
  const { api, gateway } = { api: stack.ports.apiInternal, gateway: stack.ports.gatewayInternal }
  const ports = { api, gateway, worker: stack.ports.worker1Internal, web: stack.ports.webInternal }
  for (const [process, port] of Object.entries(ports)) {
    const ask = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
    // A worker reads the promises a moment after it is ready.
    if (process === 'worker')
      await until('the first reading of the promises', async () => /^stillhere_sessions_watched \d/m.test(await ask()))
    exposed.set(
      `stillhere-${process}`,
      (await ask()).split('\n').filter((line) => line !== '' && !line.startsWith('#')),
    )
  }
})

/** Commands are measured by their words, so there must have been one: a start of a plan that is not there. */
async function giveOneCommand(): Promise<void> {
  const device = await fetch(`${stack.api}/v1/devices`, { method: 'POST' })
  const { token } = (await device.json()) as { token: string }
  const answer = await fetch(`${stack.api}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({
      commandId: randomUUID(),
      planId: randomUUID(),
      countdownSeconds: 600,
      company: 'timer-only',
    }),
  })
  const refusal = (await answer.json()) as { requestId: string }
  // What a person can read out is what stands in the log.
  expect(answer.headers.get('x-request-id')).toBe(refusal.requestId)
  expect(answer.status).toBe(404)
}

function isExposed({ name, matchers }: Selector): boolean {
  const matches = (value: string, operator: string, wanted: string) =>
    operator.startsWith('=') === (operator.endsWith('~') ? new RegExp(`^(?:${wanted})$`).test(value) : value === wanted)
  const ofJob = matchers.find(({ label }) => label === 'job')
  const jobs = [...exposed.keys()].filter((job) => ofJob === undefined || matches(job, ofJob.operator, ofJob.value))
  // Prometheus makes this one itself, of each of its targets.
  if (name === 'up') return jobs.length > 0
  return jobs.some((job) =>
    exposed.get(job)?.some((line) => {
      const [, metric, labels = ''] = /^([a-z0-9_]+)(?:\{(.*)\})? /.exec(line) ?? []
      if (metric !== name) return false
      return matchers.every(({ label, operator, value }) => {
        if (label === 'job' || label === 'instance') return true
        const [, has] = new RegExp(`(?:^|,)${label}="([^"]*)"`).exec(labels) ?? []
        return has !== undefined && matches(has, operator, value)
      })
    }),
  )
}

/** Counted by more than one label, so the series of a word begins with its first event. */
const LATER = ['stillhere_message_attempts_total']

describe('an expression asks for what is there', () => {
  test.each(expressions)('%s: %s', (_name, expr) => {
    const selectors = selectorsOf(expr)
    expect(selectors).not.toBe('does not parse')
    if (selectors === 'does not parse') return
    if (expr !== 'vector(1)') expect(selectors.length).toBeGreaterThan(0)
    const missing = selectors.filter((selector) => !LATER.includes(selector.name) && !isExposed(selector))
    expect(missing).toEqual([])
    for (const { name } of selectors.filter((selector) => LATER.includes(selector.name))) {
      expect(readFileSync(join(ROOT, 'packages/observability/src/events.ts'), 'utf8')).toContain(
        `'${name.replace('stillhere_', '')}'`,
      )
    }
  })

  test.each(['sum(rate(stillhere_x[5m])', 'stillhere_x{job=}', 'rate(stillhere_x[5 minutes])'])(
    '%s would be seen to be wrong',
    (expr) => {
      expect(selectorsOf(expr)).toBe('does not parse')
    },
  )

  test('a metric, a label or a word that is not there would be seen', () => {
    const seen = (expr: string) => (selectorsOf(expr) as Selector[]).every(isExposed)
    expect(seen('stillhere_troubles_total{job="stillhere-worker",trouble="deadMan"}')).toBe(true)
    expect(seen('stillhere_trouble_total')).toBe(false)
    expect(seen('stillhere_troubles_total{trouble="deadman"}')).toBe(false)
    expect(seen('stillhere_live_connections{job="stillhere-api"}')).toBe(false)
    expect(seen('stillhere_alert_lateness_seconds_bucket{le="2.5"}')).toBe(false)
  })
})

describe.each(rules)('$alert', ({ labels, annotations }) => {
  test('names its promise, how urgent it is, and what to do', () => {
    expect(labels.promise).toMatch(/^P\d+(?:, P\d+)*$/)
    expect(['page', 'ticket', 'none']).toContain(labels.severity)
    expect(annotations.summary).toMatch(/^[A-Z].*\.$/)
    expect(existsSync(join(ROOT, annotations.runbook)), annotations.runbook).toBe(true)
    const book = read(annotations.runbook)
    for (const part of ['**For people.**', '**Look.**', '**Do.**', '**Wake somebody else**'])
      expect(book).toContain(part)
  })
})

test('every promise has a metric on the dashboard, and an alarm where the server can see it broken', () => {
  const alarmed = new Set(rules.flatMap(({ labels }) => labels.promise.split(', ')))
  const readme = read(`${PLACE}/README.md`)
  for (let number = 1; number <= 14; number += 1) {
    const [, row = ''] = new RegExp(`^\\| P${number} +\\|(.*)$`, 'm').exec(readme) ?? []
    expect(row, `P${number} in the table`).not.toBe('')
    expect(alarmed.has(`P${number}`) || row.includes('no alarm'), `P${number}`).toBe(true)
    const shown = [...row.matchAll(/`(stillhere_\w+|up)`/g)].map(([, metric = '']) => metric)
    expect(shown, `P${number} has a metric`).not.toEqual([])
    for (const metric of shown)
      expect(
        dashboard.panels.some(({ targets }) => targets.some(({ expr }) => expr.includes(metric))),
        `${metric} of P${number} is on the dashboard`,
      ).toBe(true)
    for (const [, metric = ''] of row.matchAll(/`(stillhere_\w+)/g)) {
      expect(
        isExposed({ name: metric, matchers: [] }) ||
          isExposed({ name: `${metric}_bucket`, matchers: [] }) ||
          LATER.includes(metric),
        metric,
      ).toBe(true)
    }
  }
})

test('every process that compose starts is scraped, by its name and internal port', () => {
  const config = parse(read(`${PLACE}/prometheus.yml`)) as {
    scrape_configs: { job_name: string; static_configs: { targets: string[] }[] }[]
  }
  const { services } = readCompose()
  const wanted = Object.entries(services).flatMap(([name, { environment = {} }]) =>
    environment.INTERNAL_PORT === undefined
      ? []
      : [`stillhere-${name.replace(/-\d$/, '')} ${name}:${environment.INTERNAL_PORT}`],
  )
  const scraped = config.scrape_configs.flatMap(({ job_name, static_configs }) =>
    static_configs.flatMap(({ targets }) => targets.map((target) => `${job_name} ${target}`)),
  )
  expect(scraped.sort()).toEqual(wanted.sort())
})

test('panels of the dashboard do not lie over one another', () => {
  const ids = dashboard.panels.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})
