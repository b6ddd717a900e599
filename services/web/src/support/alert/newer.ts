import type { Alert } from '../desk/desk.ts'

/**
 * The later of what is shown and what was heard of one alert. A stamp of somebody who does not have it leaves its version
 * as it was; lines are only ever added, so of two of one version the one with fewer lines is the older.
 */
export function newer(shown: Alert | undefined, heard: Alert): Alert {
  if (shown === undefined || heard.version > shown.version) return heard
  return heard.version < shown.version || heard.progress.length < shown.progress.length ? shown : heard
}
