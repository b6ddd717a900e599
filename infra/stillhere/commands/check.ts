import { readTalkativeLogSettings } from '@stillhere/operations'
import { databaseUrlOf } from '../host.ts'
import type { AddCommands } from '../program.ts'

/** `check`: what no process can mend and no screen shows: how the database beside us was set up. */
export const addCheck: AddCommands = (program, host, act) => {
  act(
    program.command('check').description('whether Postgres would write rows of people into its own log'),
    async () => {
      const talkative = await readTalkativeLogSettings(await databaseUrlOf(host))
      return {
        data: { talkative },
        words:
          talkative.length === 0
            ? 'The log of Postgres holds no rows.'
            : `The log of Postgres would hold rows of people: set ${talkative.join(', ')} as infra/deploy/README.md says.`,
        failed: talkative.length > 0,
      }
    },
  )
}
