import {
  judgeAlerts,
  judgeClock,
  judgeDelivery,
  judgeOldestDue,
  judgeStaff,
  judgeSweep,
  judgeSynthetic,
  judgeWakeUps,
  judgeWorkers,
  receiptRanks,
  worstOf,
} from '@stillhere/domain'
import {
  findLastSyntheticRun,
  findSyntheticSettings,
  iso,
  readBoardHistory,
  readBoard as readBoardRows,
  readClock,
  readDelivery,
} from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext } from '../context.ts'
import { resultOf } from './synthetic-alerts.ts'

const hourSeconds = 3_600
const usualBoundSeconds = 120

/** What an operator sees at a glance: each figure with its word, and what to read where it is not `ok`. */
export async function getBoard(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const { db } = ctx
  const of = caller.organisationId
  const row = await readBoardRows(db, of)
  const channels = await readDelivery(db, of, { at: row.now - hourSeconds * 1_000, seconds: hourSeconds }, receiptRanks)
  const settings = await findSyntheticSettings(db, of)
  const last = await findLastSyntheticRun(db, of)
  const sweepAgeSeconds = row.sweepAgeSeconds ?? Number.POSITIVE_INFINITY
  const delivery = channels.map((channel) => ({ ...judgeDelivery(channel), ...channel }))
  const synthetic = judgeSynthetic({
    ...(settings?.everyMinutes ? { everyMinutes: settings.everyMinutes } : {}),
    boundSeconds: settings?.boundSeconds ?? usualBoundSeconds,
    ...(last && last.outcome !== 'running'
      ? { last: { outcome: last.outcome, ageSeconds: (row.now - last.startedAt) / 1_000 } }
      : {}),
  })
  const figures = {
    sessions: { state: 'ok' as const, live: row.live, prompting: row.prompting },
    alerts: {
      ...judgeAlerts(row),
      open: row.open,
      unowned: row.unowned,
      longestUnownedSeconds: Math.floor(row.longestUnownedSeconds),
    },
    staff: { ...judgeStaff(row), onShift: row.onShift, floor: row.floor },
    delivery: { ...worstOf(delivery), channels: delivery },
    sweep: {
      ...judgeSweep(sweepAgeSeconds),
      ...(Number.isFinite(sweepAgeSeconds) ? { ageSeconds: Math.max(0, Math.floor(sweepAgeSeconds)) } : {}),
    },
    wakeUps: {
      ...judgeWakeUps({ foundBySweep: row.foundBySweep, asked: row.wakeUpsAsked }),
      foundBySweep: row.foundBySweep,
      asked: row.wakeUpsAsked,
    },
    oldestDue: { ...judgeOldestDue(row.oldestDueSeconds), seconds: Math.floor(row.oldestDueSeconds) },
    workers: { ...judgeWorkers(row.workersAlive), alive: row.workersAlive },
    clock: {
      ...judgeClock(row),
      hostSkewMs: row.hostSkewMs,
      correctionMs: Math.round(row.correctionMs),
    },
    synthetic: {
      ...synthetic,
      everyMinutes: settings?.everyMinutes ?? null,
      ...(last ? { last: resultOf(last) } : {}),
    },
  }
  return answer(200, {
    board: {
      at: iso(row.now),
      state: worstOf(Object.values(figures)).state,
      ...figures,
      openIncidents: row.openIncidents,
    },
  })
}

/** Stretches of the charts: how long one is, and how many. */
const spans = {
  hour: { bucketSeconds: 60, buckets: 60 },
  day: { bucketSeconds: 900, buckets: 96 },
  week: { bucketSeconds: 3_600, buckets: 168 },
} as const
export type BoardSpan = keyof typeof spans

/** The same over time, oldest first, the stretch that runs now last. Counts and extremes; nothing of a person. */
export async function getBoardHistory(ctx: OperationContext, caller: Caller, span: BoardSpan): Promise<Answer> {
  const { bucketSeconds, buckets } = spans[span]
  const bucketMs = bucketSeconds * 1_000
  const untilAt = (Math.floor((await readClock(ctx.db)) / bucketMs) + 1) * bucketMs
  const rows = await readBoardHistory(
    ctx.db,
    caller.organisationId,
    { fromAt: untilAt - buckets * bucketMs, untilAt, bucketSeconds },
    receiptRanks,
  )
  const whole = (ms: number | null) => (ms === null ? null : Math.max(0, Math.round(ms)))
  return answer(200, {
    history: {
      bucketSeconds,
      buckets: rows.map((row) => ({
        at: iso(row.at),
        alerts: {
          raised: row.alerts,
          longestLatenessMs: whole(row.longestLatenessMs),
          longestFirstTextMs: whole(row.longestFirstTextMs),
          longestUnownedMs: whole(row.longestUnownedMs),
        },
        delivery: {
          attempted: row.attempted,
          delivered: row.delivered,
          failed: row.failed,
          unknown: row.unknown,
        },
        synthetic: { proved: row.proved, missed: row.missed },
        foundBySweep: row.foundBySweep,
      })),
    },
  })
}
