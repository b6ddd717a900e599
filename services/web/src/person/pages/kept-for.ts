/**
 * How long what is kept, as the pages say it. A test holds these numbers against the rules by which the service removes
 * things (`tests/e2e/pages-that-tell.test.ts`).
 */
export const keptFor = {
  sessionHours: 24,
  alertDays: 30,
  unusedPlanMonths: 12,
  feedbackMonths: 12,
  journalMonths: 12,
  /** Backups: `reliability.md`'s bound on them. */
  backupDays: 30,
} as const
