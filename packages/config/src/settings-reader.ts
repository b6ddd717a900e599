import type { z } from 'zod'
import { type ProcessName, SETTINGS, type SettingName } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/** An environment: `process.env`, or what a test makes up. Empty and blank values count as absent. */
export type Environment = Readonly<Record<string, string | undefined>>

type Value<N extends SettingName> = z.output<(typeof SETTINGS)[N]['schema']>
type MayBeAbsent<N extends SettingName> = (typeof SETTINGS)[N] extends { default: string }
  ? never
  : (typeof SETTINGS)[N] extends { needed: 'always' }
    ? never
    : undefined

/** Reads the settings of one process, in the order it asks; the first that is wrong throws `SettingsError`. */
export interface SettingsReader {
  readonly live: boolean
  read<N extends SettingName>(name: N): Value<N> | MayBeAbsent<N>
}

/**
 * A reader for one process. Refuses at once when a key that this process must not hold lies in its environment: a key
 * that is not there cannot be stolen from there.
 */
export function readerFor(process: ProcessName, environment: Environment): SettingsReader {
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting = SETTINGS[name]
    if ('guarded' in setting && !includes(setting.readBy, process) && textOf(environment, name) !== undefined) {
      throw new SettingsError('not_for_this_process', name, `must not be in the environment of the ${process}`)
    }
  }
  const live = readOne(process, environment, 'STILLHERE_MODE', false) === 'live'
  return { live, read: (name) => readOne(process, environment, name, live) }
}

function readOne<N extends SettingName>(
  process: ProcessName,
  environment: Environment,
  name: N,
  live: boolean,
): Value<N> | MayBeAbsent<N> {
  const setting = SETTINGS[name]
  if (!includes(setting.readBy, process)) throw new TypeError(`${name} is not a setting of the ${process}`)
  const text = textOf(environment, name) ?? ('default' in setting ? setting.default : undefined)
  if (text === undefined) {
    if (setting.needed === 'always') throw new SettingsError('missing_setting', name, 'is missing')
    if (setting.needed === 'in-live' && live) {
      throw new SettingsError('not_in_live', name, 'is missing, and live mode needs it')
    }
    return undefined as MayBeAbsent<N>
  }
  const parsed = setting.schema.safeParse(text)
  // The schema's own message is dropped on purpose: it could quote the value.
  if (!parsed.success) throw new SettingsError('bad_setting', name, setting.form)
  return parsed.data as Value<N>
}

function textOf(environment: Environment, name: string): string | undefined {
  const text = environment[name]?.trim()
  return text === '' ? undefined : text
}

function includes(names: readonly ProcessName[], name: ProcessName): boolean {
  return names.includes(name)
}
