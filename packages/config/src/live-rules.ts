import ipaddr from 'ipaddr.js'
import type { SettingName } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/*
 * Live is for real people. A production that silently texts a simulator, links to a page nobody can open, or pages itself,
 * would be the worst bug of all, so it does not start.
 */

/** In live, a URL that others call or open is encrypted and names a host that they can find. */
export function refuseUnfitForLive(live: boolean, name: SettingName, url: string): void {
  if (!live) return
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && protocol !== 'wss:') {
    throw new SettingsError('not_in_live', name, 'must be encrypted (https or wss) in live mode')
  }
  if (!isPublicHost(hostname)) {
    throw new SettingsError(
      'not_in_live',
      name,
      'must be a public host in live mode, not this machine, a private network or an example',
    )
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

/** In live the account is somebody's: the one that examples and tests are full of is not. */
export function refuseNobodysAccount(live: boolean, accountSid: string): void {
  if (live && /^AC(.)\1*$/.test(accountSid))
    throw new SettingsError('not_in_live', 'TWILIO_ACCOUNT_SID', 'is a stand-in, and live mode needs a real account')
}

/** A page to our own number would ring nobody. */
export function refuseOwnPager(live: boolean, pager: string | undefined, own: string): void {
  if (live && pager === own)
    throw new SettingsError(
      'not_in_live',
      'OPERATOR_PAGER_NUMBER',
      'must not be the same as TWILIO_NUMBER in live mode: nobody would be rung',
    )
}

/** Reserved or kept for private use: RFC 2606, 6761, 6762, 7686, 8375, 9476 and ICANN's `internal`; the rest is what routers hand out. */
const privateNames =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|private|corp|home|lan|arpa|alt|onion|test|invalid|example|example\.(?:com|net|org))$/

function isPublicHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '')
  // An IPv4 address in IPv6's clothes is looked at as what it is.
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'unicast'
  return host.includes('.') && !privateNames.test(host)
}
