import { setTimeout as pause } from 'node:timers/promises'
import { readWalk, type StartedWalk, startWalk } from '@stillhere/operations'
import { CommandError, databaseUrlOf, type Host } from '../host.ts'
import type { AddCommands, Outcome } from '../program.ts'
import { readSlug } from './organisation.ts'

const refusals: Readonly<Record<Extract<StartedWalk, { kind: 'refused' }>['why'], string>> = {
  'unknown-organisation': 'There is no organisation of this slug: stillhere organisation list',
  'no-worker': 'No worker of this release has started on this database yet.',
  simulator:
    'The workers speak to a stand-in carrier: take TWILIO_BASE_URL away, start them again in trial, then walk.',
  'no-handset': 'There is no test handset: an operator gives its number in the console, and it agrees with 1.',
  'handset-not-ready': 'The test handset is not ready: it must be checked, agree with 1, and be nobody else’s phone.',
  running: 'A test is running: wait for what it shows.',
}

const lookEveryMs = 500
/** The workers end it at its bound; when they have not by then, none of them runs. */
const beyondBoundMs = 15_000

/** `drill`: the alarm path, walked once now. `go-live`: the same through the real carrier, and the row live asks for. */
export const addDrill: AddCommands = (program, host, act) => {
  const reply = '\nHave the test handset in your hand: answer its text with 1.'
  act<{ organisation: string }>(
    program
      .command('drill')
      .description('one synthetic alert now: out through the carrier to the test handset, and back by its reply')
      .requiredOption('--organisation <slug>', 'whose test handset', readSlug)
      .addHelpText('after', reply),
    (options) => walk(host, options.organisation, false),
  )
  act<{ organisation: string }>(
    program
      .command('go-live')
      .description('walk one synthetic alert through the real carrier; live starts only after that, within 7 days')
      .requiredOption('--organisation <slug>', 'whose test handset', readSlug)
      .addHelpText('after', `${reply}\nWhat a charity needs first: infra/deploy/BEFORE-GOING-LIVE.md`),
    (options) => walk(host, options.organisation, true),
  )
}

async function walk(host: Host, organisation: string, goingLive: boolean): Promise<Outcome> {
  const url = await databaseUrlOf(host)
  const started = await startWalk(url, { organisation, throughRealCarrier: goingLive })
  if (started.kind === 'refused') throw new CommandError(started.why.replaceAll('-', '_'), refusals[started.why])
  const { runId } = started
  const untilMs = performance.now() + started.boundMs + beyondBoundMs
  for (;;) {
    const run = await readWalk(url, { organisation, runId, goingLive })
    if (run && run.outcome !== 'running') {
      const since = (at: number | undefined) => (at === undefined ? undefined : Math.max(0, at - run.dueAt))
      const hops = {
        raisedMs: since(run.raisedAt),
        acceptedMs: since(run.acceptedAt),
        deliveredMs: since(run.deliveredAt),
        repliedMs: since(run.repliedAt),
        claimedMs: since(run.claimedAt),
      }
      const proved = run.outcome === 'proved'
      const lines = Object.entries(hops).map(
        ([hop, ms]) =>
          `  ${hop.replace('Ms', '').padEnd(10)}${ms === undefined ? 'not seen' : `${(ms / 1_000).toFixed(1)} s`}`,
      )
      const end = !proved
        ? `MISSED: ${run.reason ?? 'unknown'}.`
        : goingLive
          ? 'Proved. Live may start with this carrier within 7 days: STILLHERE_MODE=live.'
          : 'Proved.'
      return {
        data: { runId, outcome: run.outcome, ...(run.reason ? { reason: run.reason } : {}), hops },
        words: [...lines, end].join('\n'),
        failed: !proved,
      }
    }
    if (performance.now() > untilMs)
      throw new CommandError(
        'no_worker',
        'Nobody ended the test: is a worker running, and is the database’s clock right?',
      )
    await pause(lookEveryMs)
  }
}
