import type { Keys } from './keys.ts'
import { PlainSentenceError } from './sentence.ts'

/** The first of the demo organisation's numbers (+447700900000–900099, of Ofcom's range for drama). */
const SERVICE_NUMBER = '+447700900000'

/** Whom texts and calls go through, and as whom. */
export type Carrier = {
  kind: 'simulator' | 'twilio'
  accountSid: string
  authToken: string
  nextAuthToken?: string
  number: string
  /** Absent: Twilio itself. */
  baseUrl?: string
}

/**
 * The simulator, unless the environment names another carrier: with its address (`TWILIO_BASE_URL`), or with an account
 * and its token, which nobody sets to text nobody. Half an account is refused.
 */
export function chooseCarrier(environment: NodeJS.ProcessEnv, keys: Keys, simulatorOrigin: string): Carrier {
  const given = (name: string) => environment[name] || undefined
  const [accountSid, authToken, number] = [
    given('TWILIO_ACCOUNT_SID'),
    given('TWILIO_AUTH_TOKEN'),
    given('TWILIO_NUMBER'),
  ]
  const next = given('TWILIO_NEXT_AUTH_TOKEN')
  const baseUrl = given('TWILIO_BASE_URL')
  const who = {
    accountSid: accountSid ?? keys.twilioAccountSid,
    authToken: authToken ?? keys.twilioAuthToken,
    number: number ?? SERVICE_NUMBER,
    ...(next === undefined ? {} : { nextAuthToken: next }),
  }
  if (baseUrl !== undefined) return { kind: 'twilio', ...who, baseUrl }
  if (accountSid === undefined && authToken === undefined)
    return { kind: 'simulator', ...who, baseUrl: simulatorOrigin }
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
