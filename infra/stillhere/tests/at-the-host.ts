import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runStillHere } from '../program.ts'

export interface Said {
  code: number
  out: string
  err: string
  /** What it said with `--json`. */
  json: () => ReturnType<typeof JSON.parse>
}

/** A host of the test's own: its settings, a folder for its files, and all that a command says there. */
export function hostOf(environment: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'still-here-host-'))
  return {
    folder,
    async run(...args: string[]): Promise<Said> {
      let out = ''
      let err = ''
      const code = await runStillHere(args, {
        environment,
        cwd: folder,
        out: (text) => {
          out += text
        },
        err: (text) => {
          err += text
        },
      })
      return { code, out, err, json: () => JSON.parse(out || err) }
    },
  }
}
