import { checkDestination, isLanguage } from '@stillhere/domain'
import { createOrganisation, listOrganisations } from '@stillhere/operations'
import { InvalidArgumentError } from 'commander'
import { CommandError, databaseUrlOf } from '../host.ts'
import type { AddCommands } from '../program.ts'

interface CreateOptions {
  slug: string
  name: string
  number: string
  pager?: string
  languages: string[]
  host?: string
  pageHost?: string
}

const taken = {
  slug: 'There is an organisation of this slug; its operators change it in the console.',
  host: 'Another organisation has this host name.',
  number: 'Another organisation sends from this number; a text that comes in must find one organisation.',
} as const

/** `organisation create`, `organisation list`. */
export const addOrganisation: AddCommands = (program, host, act) => {
  const organisation = program.command('organisation').description('make the first organisation, list them')
  act<CreateOptions>(
    organisation
      .command('create')
      .description('make an organisation, with the default prompts, ladder and rhythms of the house')
      .requiredOption('--slug <slug>', 'a short name for addresses, never changed: a-z, 0-9, hyphens', readSlug)
      .requiredOption('--name <name>', 'what it is called, up to 80 characters', readName)
      .requiredOption('--number <e164>', 'the number its texts come from, as +447700900000', readNumber)
      .option('--pager <e164>', 'where its pager rings', readPager)
      .option('--languages <list>', 'with commas between', readLanguages, ['en', 'cy'])
      .option('--host <name>', 'the host name of its pages, where it has its own', readHost)
      .option('--page-host <name>', 'the host that its invitations by text name (default: --host)', readHost),
    async (options) => {
      if (options.pager === options.number)
        throw new CommandError('usage', 'The pager must be another number than the one texts come from.', 2)
      const pageHost = options.pageHost ?? options.host ?? webHost(host.environment.STILLHERE_WEB_URL)
      if (pageHost === undefined)
        throw new CommandError('missing_setting', 'Give --page-host or --host, or set STILLHERE_WEB_URL.', 78)
      const made = await createOrganisation(await databaseUrlOf(host), {
        slug: options.slug,
        name: options.name,
        smsNumber: options.number,
        ...(options.pager ? { pagerNumber: options.pager } : {}),
        languages: options.languages,
        ...(options.host ? { host: options.host } : {}),
        pageHost,
      })
      if (made.kind === 'taken') throw new CommandError(`${made.what}_taken`, taken[made.what])
      const next = `Invite its first operator: stillhere invite --organisation ${options.slug} --role operator --name "…"`
      return { data: { id: made.id, slug: options.slug }, words: `Made ${options.slug}.\n${next}` }
    },
  )
  act(
    organisation.command('list').description('list organisations and how many people each has, by role'),
    async () => {
      const organisations = await listOrganisations(await databaseUrlOf(host))
      const lines = organisations.map(({ slug, name, languages, staff }) => {
        const people = Object.entries(staff).map(([role, count]) => `${count} ${role}`)
        return `${slug}  ${name}  (${languages.join(', ')})  ${people.join(', ') || 'nobody yet'}`
      })
      return { data: { organisations }, words: lines.join('\n') || 'There is no organisation yet.' }
    },
  )
}

const webHost = (url: string | undefined): string | undefined =>
  url !== undefined && URL.canParse(url) ? new URL(url).hostname : undefined

function reader<T>(fits: (text: string) => T | undefined, form: string): (text: string) => T {
  return (text) => {
    const value = fits(text.trim())
    if (value === undefined) throw new InvalidArgumentError(form)
    return value
  }
}

const matching = (pattern: RegExp) => (text: string) => (pattern.test(text) ? text : undefined)

export const readSlug = reader(matching(/^[a-z0-9-]{1,40}$/), 'Lower-case letters, digits and hyphens, 1 to 40.')
export const readName = reader(matching(/^[^\p{Cc}]{1,80}$/u), 'One line of 1 to 80 characters.')
const readNumber = reader(matching(/^\+[1-9][0-9]{6,14}$/), 'A number in full, as +447700900000.')
const readPager = reader(
  (text) => (checkDestination(text).kind === 'allowed' ? text : undefined),
  'A UK mobile or landline in full, as +447700900000: nothing else is ever texted or rung.',
)
const readHost = reader(matching(/^[a-z0-9.-]{1,253}$/), 'A host name in lower case, without https://.')
const readLanguages = reader((text) => {
  const languages = text.split(',').map((part) => part.trim())
  return languages.length > 0 && languages.every(isLanguage) ? languages : undefined
}, 'Languages the service speaks, with commas between: en, cy.')
