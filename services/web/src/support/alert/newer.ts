import type { Alert } from '../desk/desk.ts'

/** Lines and replies are only ever added. */
const said = ({ progress, told }: Alert): number => progress.length + told.filter(({ reply }) => reply).length

/**
 * The later of what is shown and what was heard of one alert. A stamp of somebody who does not have it, and a rescuer's
 * word, leave its version as it was: of two of one version the one that says more is the later.
 */
export function newer(shown: Alert | undefined, heard: Alert): Alert {
  if (shown === undefined || heard.version > shown.version) return heard
  return heard.version < shown.version || said(heard) < said(shown) ? shown : heard
}
