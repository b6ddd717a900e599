import type { Keys } from './keys.ts'
import { PlainSentenceError } from './sentence.ts'

/** The first of the demo organisation's numbers (+447700900000–900099, of Ofcom's range for drama). */
const SERVICE_NUMBER = '+447700900000'
/** The demo operator's pager; a trial through a real carrier pages only a number that somebody gave. */
const DEMO_PAGER_NUMBER = '+447700900009'

/** Whom texts and calls go through, and as whom. */
export type Carrier = {
  kind: 'simulator' | 'twilio'
  accountSid: string
  authToken: string
  nextAuthToken?: string | undefined
  number: string
  /** Where the operator is paged; absent: nowhere. */
  pagerNumber?: string | undefined
  /** Absent: Twilio itself. */
  baseUrl?: string | undefined
}

/** What the environment says of a carrier; the rest is filled in from what this machine made for itself. */
export type GivenCarrier = Pick<Carrier, 'kind' | 'nextAuthToken' | 'pagerNumber' | 'baseUrl'> & {
  accountSid: string | undefined
  authToken: string | undefined
  number: string | undefined
}

/**
 * The simulator, unless the environment names another carrier: with its address (`TWILIO_BASE_URL`), or with an account
 * and its token, which nobody sets to text nobody. Half an account is refused.
 */
export function readCarrier(environment: NodeJS.ProcessEnv): GivenCarrier {
  const given = (name: string) => environment[name] || undefined
  const accountSid = given('TWILIO_ACCOUNT_SID')
  const authToken = given('TWILIO_AUTH_TOKEN')
  const number = given('TWILIO_NUMBER')
  const who = {
    accountSid,
    authToken,
    number,
    nextAuthToken: given('TWILIO_NEXT_AUTH_TOKEN'),
    pagerNumber: given('OPERATOR_PAGER_NUMBER'),
  }
  const baseUrl = given('TWILIO_BASE_URL')
  if (baseUrl !== undefined) return { kind: 'twilio', ...who, baseUrl }
  if (accountSid === undefined && authToken === undefined) return { kind: 'simulator', ...who }
  const missing = Object.entries({
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_NUMBER: number,
  }).flatMap(([name, value]) => (value === undefined ? [name] : []))
  if (missing.length > 0) {
    throw new PlainSentenceError(
      `The environment names a Twilio account but not ${missing.join(' and ')}; give all of it, or none for the simulator.`,
    )
  }
  return { kind: 'twilio', ...who }
}

/** Replaces what the environment did not say by this machine's own, one by one. */
export function completeCarrier(given: GivenCarrier, keys: Keys, simulatorOrigin: string): Carrier {
  return {
    ...given,
    accountSid: given.accountSid ?? keys.twilioAccountSid,
    authToken: given.authToken ?? keys.twilioAuthToken,
    number: given.number ?? SERVICE_NUMBER,
    ...(given.kind === 'simulator'
      ? { baseUrl: simulatorOrigin, pagerNumber: given.pagerNumber ?? DEMO_PAGER_NUMBER }
      : {}),
  }
}
