import { roles, type StaffRole } from '@stillhere/contracts'
import { inviteAtHost } from '@stillhere/operations'
import { Option } from 'commander'
import QRCode from 'qrcode'
import { CommandError, databaseUrlOf, settingOf } from '../host.ts'
import type { AddCommands } from '../program.ts'
import { readName, readSlug } from './organisation.ts'

interface InviteOptions {
  organisation: string
  role: StaffRole
  name: string
  language: string
}

/** Who only answers alerts begins in the supporters' pages; everybody else in the operators'. */
const pageOf = (role: StaffRole): 'support' | 'operate' =>
  role === 'supporter' || role === 'duty-lead' ? 'support' : 'operate'

/** `invite`: its purpose is the link, so it is the one command that prints a secret. It is used once, within 30 days. */
export const addInvite: AddCommands = (program, host, act) => {
  act<InviteOptions>(
    program
      .command('invite')
      .description('add somebody to an organisation and print their one-time link, with a QR code of it')
      .requiredOption('--organisation <slug>', 'whose', readSlug)
      .addOption(new Option('--role <role>', 'what they may do').choices([...roles]).makeOptionMandatory())
      .requiredOption('--name <name>', 'what colleagues call them, up to 80 characters', readName)
      .addOption(new Option('--language <language>', 'of their texts').choices(['en', 'cy']).default('en')),
    async (options) => {
      const webUrl = settingOf(host, 'STILLHERE_WEB_URL')
      if (!/^https?:\/\//.test(webUrl) || !URL.canParse(webUrl))
        throw new CommandError(
          'bad_setting',
          'STILLHERE_WEB_URL must be an origin, as https://stillhere.example.org.',
          78,
        )
      const made = await inviteAtHost(await databaseUrlOf(host), options)
      if (made.kind === 'unknown-organisation')
        throw new CommandError(
          'unknown_organisation',
          'There is no organisation of this slug: stillhere organisation list',
        )
      // Behind a hash: it is in no request and no log.
      const link = `${new URL(webUrl).origin}/${pageOf(options.role)}#${made.token}`
      const qr = await QRCode.toString(link, { type: 'utf8', errorCorrectionLevel: 'L' })
      return {
        data: { link, supporterId: made.supporterId },
        words: `${qr}\n${link}\n\nIt works once. Hand it over yourself; whoever has it signs in as ${options.role}.`,
      }
    },
  )
}
