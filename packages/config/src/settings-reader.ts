import { readFileSync, statSync } from 'node:fs'
import type { z } from 'zod'
import { type ProcessName, SETTINGS, type SettingName } from './settings.ts'
import { SettingsError } from './settings-error.ts'

/**
 * An environment: `process.env`, or what a test makes up. Empty and blank values count as absent. Any setting may come
 * from a file instead: `<NAME>_FILE` is its path, and what is in it is trimmed (a line break at the end is none of it).
 */
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
    if (!('guarded' in setting) || includes(setting.readBy, process)) continue
    // The path to a key is refused like the key; nobody looks whether it could be read.
    for (const variable of [name, fileVariable(name)]) {
      if (given(environment, variable) === undefined) continue
      throw new SettingsError('not_for_this_process', variable, `must not be in the environment of the ${process}`)
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

/** Above the longest list of keys; a path to something endless must not hold up a start. */
const longestFileBytes = 65_536

const fileVariable = (name: string): string => `${name}_FILE`

function textOf(environment: Environment, name: string): string | undefined {
  const text = given(environment, name)
  const path = given(environment, fileVariable(name))
  if (path === undefined) return text
  if (text !== undefined) throw new SettingsError('given_twice', name, `is given twice, also as ${fileVariable(name)}`)
  return readSettingFile(path, fileVariable(name))
}

function readSettingFile(path: string, variable: string): string | undefined {
  const text = readBounded(path)
  // The system's own error quotes the path, which is a value: it is not passed on.
  if (text === null) {
    throw new SettingsError(
      'unreadable_file',
      variable,
      'must name a file of at most 64 KiB that this process may read',
    )
  }
  return blankAsAbsent(text)
}

function readBounded(path: string): string | null {
  try {
    const file = statSync(path)
    // A pipe or a device would be read for ever.
    return file.isFile() && file.size <= longestFileBytes ? readFileSync(path, 'utf8') : null
  } catch {
    return null
  }
}

const given = (environment: Environment, name: string): string | undefined => blankAsAbsent(environment[name])

function blankAsAbsent(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}

function includes(names: readonly ProcessName[], name: ProcessName): boolean {
  return names.includes(name)
}
