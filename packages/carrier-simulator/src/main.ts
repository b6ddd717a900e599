import { type CarrierSimulatorOptions, createCarrierSimulator } from './simulator.ts'

/** sysexits.h EX_CONFIG: the settings are wrong, starting again changes nothing. */
const settingsError = 78

function say(line: Record<string, unknown>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

function readSettings(env: NodeJS.ProcessEnv): CarrierSimulatorOptions {
  const need = (name: string) => {
    const value = env[name]
    if (!value) throw new TypeError(`${name} is missing`)
    return value
  }
  const port = Number(env.PORT ?? 0)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new TypeError('PORT is 0 to 65535')
  return {
    accountSid: need('TWILIO_ACCOUNT_SID'),
    authToken: need('TWILIO_AUTH_TOKEN'),
    number: need('TWILIO_NUMBER'),
    webhookBase: need('STILLHERE_API_URL'),
    host: env.HOST || '127.0.0.1',
    port,
    ...(env.SIMULATOR_DELIVER_TO && { deliverTo: env.SIMULATOR_DELIVER_TO }),
    ...(env.TWILIO_NEXT_AUTH_TOKEN && { nextAuthToken: env.TWILIO_NEXT_AUTH_TOKEN }),
  }
}

try {
  const simulator = await createCarrierSimulator(readSettings(process.env))
  say({ event: 'listening', origin: simulator.origin })
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      void simulator.stop().then(() => process.exit(0))
    })
  }
} catch (error) {
  const wrongSettings = error instanceof TypeError
  say({ event: 'not-started', code: wrongSettings ? 'settings' : 'cannot_listen', message: (error as Error).message })
  process.exit(wrongSettings ? settingsError : 1)
}
