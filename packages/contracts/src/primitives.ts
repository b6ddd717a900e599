import { z } from 'zod'

/** A lower-case UUID of any version. Upper case is refused: an id is compared as bytes. */
export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/)
  .meta({ description: 'a lower-case UUID' })

/** What somebody reads, which is how their phone is spoken to. */
export const spokenLanguage = z
  .string()
  .regex(/^[a-z]{2}$/)
  .meta({ description: 'two letters, such as cy; one that is not spoken here counts as English' })

/** The client-made id of one command, scoped to its credential. The same one again gets the same answer. */
export const commandId = uuid.meta({ description: 'a lower-case UUID made by the client, one per command' })

/** An instant on the wire: ISO 8601, UTC. */
export const instant = z.iso.datetime().meta({ description: 'an instant, ISO 8601 in UTC' })

/** Any safe whole number from 0. `1e999`, `5.5` and 2^53 are all refused. */
export const count = z.int().min(0)

/** A session's version as the client last saw it. */
export const version = count.meta({ description: "the session's version as the client last saw it" })

/** Names a rhythm of the organisation. Unknown ones are the operation's to refuse. */
export const rhythmId = uuid.meta({ description: 'the id of a rhythm in GET /v1/service' })

/** Base64url without padding, canonical: the bits past the last byte are zero. `bytes` bounds what it decodes to. */
export function base64url(bytes: { min: number; max: number }, description: string) {
  return z
    .string()
    .min(charactersFor(bytes.min))
    .max(charactersFor(bytes.max))
    .regex(/^(?:[A-Za-z0-9_-]{4})*(?:[A-Za-z0-9_-][AQgw]|[A-Za-z0-9_-]{2}[AEIMQUYcgkosw048])?$/)
    .meta({ description })
}

function charactersFor(bytes: number): number {
  return Math.ceil((bytes * 8) / 6)
}
