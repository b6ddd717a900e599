import type { SettingName } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/*
 * Live is for real people. A production that silently texts a simulator, or links to a page nobody can open, would be
 * the worst bug of all, so it does not start.
 */

/** In live, a public URL is encrypted and is not this machine's own. */
export function refuseUnfitForLive(live: boolean, name: SettingName, url: string): void {
  if (!live) return
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'wss:') {
    throw new SettingsError('not_in_live', name, 'must be encrypted (https or wss) in live mode')
  }
  if (isOfThisMachine(hostname)) {
    throw new SettingsError('not_in_live', name, 'must be a public host in live mode, not this machine')
  }
}

/** In live there is no simulator. */
export function refuseSimulatorInLive(
  live: boolean,
  baseUrl: string | undefined,
  name: SettingName = 'TWILIO_BASE_URL',
): void {
  if (live && baseUrl !== undefined) {
    throw new SettingsError('not_in_live', name, 'points to a stand-in carrier, and live mode refuses that')
  }
}

function isOfThisMachine(hostname: string): boolean {
  return /^(?:localhost|.*\.localhost|127\..*|0\.0\.0\.0|\[::1?\])$/.test(hostname)
}
