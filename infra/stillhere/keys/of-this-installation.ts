import { countSealedRows, listOrganisations } from '@stillhere/operations'
import { CommandError, databaseUrlOf, type Host } from '../host.ts'
import { type KeyFiles, type PrivateKey, publicHalf } from './key-files.ts'

const askApiWithinMs = 5_000
/** Columns that hold what is sealed to the key of somebody's browser, which no folder of ours holds. */
const sealedToBrowsers = ['feedback_copies.sealed', 'plan_openings.sealed']

/** Where it could be asked whether these are the keys in use. */
export type ComparedWith = 'api' | 'database'

/**
 * Whoever puts the keys of another folder into escrow notices on the day that the host is lost. The running api
 * (`STILLHERE_API_URL`) says what devices seal to now; the database, what is sealed already.
 * @returns who was asked; none could be, where the list is empty
 * @throws CommandError `other_installation` when these are not the keys of what runs
 */
export async function compareWithInstallation(
  host: Host,
  files: KeyFiles,
  held: readonly PrivateKey[],
): Promise<ComparedWith[]> {
  const compared: ComparedWith[] = []
  const refuse = (keyId: string) => {
    const ours = held.map((key) => key.keyId).join(', ')
    throw new CommandError(
      'other_installation',
      `${files.root} holds ${ours}, but the installation that runs uses ${keyId}: name its own folder with --secrets. Nothing was split.`,
    )
  }
  const asked = await databaseUrlOf(host)
    .then(async (url) => ({ sealed: await countSealedRows(url), organisations: await listOrganisations(url) }))
    .catch(() => undefined)
  const handedOut = await keyOfApi(host.environment.STILLHERE_API_URL, asked?.organisations[0]?.slug)
  if (handedOut !== undefined) {
    compared.push('api')
    const isHeld = held.map(publicHalf).some((key) => `${key.keyId}:${key.publicKey}` === handedOut)
    if (!isHeld) refuse(handedOut.split(':')[0] ?? '')
  }
  const sealed = asked?.sealed
  if (sealed !== undefined) {
    const foreign = sealed.find(
      ({ keyId, where, rows }) =>
        rows > 0 && !sealedToBrowsers.includes(where) && !held.some((key) => key.keyId === keyId),
    )
    if (foreign) refuse(foreign.keyId)
    if (sealed.some(({ keyId, rows }) => rows > 0 && held.some((key) => key.keyId === keyId))) compared.push('database')
  }
  return compared
}

/** `keyId:point`, as the api's own setting is written; undefined where it cannot be asked. */
async function keyOfApi(url: string | undefined, slug = ''): Promise<string | undefined> {
  if (!url || !URL.canParse(url)) return undefined
  try {
    const answer = await fetch(new URL(`/v1/service?service=${slug}`, url), {
      signal: AbortSignal.timeout(askApiWithinMs),
    })
    const { disclosureKey } = (await answer.json()) as { disclosureKey?: { keyId: string; publicKey: string } }
    return disclosureKey && `${disclosureKey.keyId}:${disclosureKey.publicKey}`
  } catch {
    return undefined
  }
}
