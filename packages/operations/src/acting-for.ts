import {
  findOrganisationOfAttempt,
  findOrganisationOfChallenge,
  findOrganisationOfForgetCode,
  findOrganisationOfInvitation,
  findOrganisationOfLink,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'

const narrowed = new WeakMap<OperationContext, Map<string, OperationContext>>()

/**
 * The context on behalf of one organisation: what is asked of Postgres through it sees that organisation's rows and no
 * other's. The same organisation gives the same context, so that its check-ins are gathered.
 */
export function actingFor(ctx: OperationContext, organisationId: string): OperationContext {
  let known = narrowed.get(ctx)
  if (!known) {
    known = new Map()
    narrowed.set(ctx, known)
  }
  let acting = known.get(organisationId)
  if (!acting) {
    acting = actingForAll(ctx, [organisationId])
    known.set(organisationId, acting)
  }
  return acting
}

/** The same on behalf of several at once: for a look at everybody who is connected. */
export const actingForAll = (ctx: OperationContext, organisationIds: readonly string[]): OperationContext => ({
  ...ctx,
  db: ctx.db.actingFor(organisationIds),
})

/** On behalf of whoever is given: a caller, or something else that names its organisation. Anybody else: as it was. */
export function contextOf(ctx: OperationContext, given: unknown): OperationContext {
  const named = typeof given === 'object' && given !== null && 'organisationId' in given ? given.organisationId : null
  return typeof named === 'string' ? actingFor(ctx, named) : ctx
}

const whose = {
  attempt: findOrganisationOfAttempt,
  challenge: findOrganisationOfChallenge,
  forgetCode: findOrganisationOfForgetCode,
  invitation: findOrganisationOfInvitation,
  link: findOrganisationOfLink,
}

/**
 * On behalf of whoever this secret belongs to, before anything else of it is looked at.
 * @returns undefined when it belongs to nobody
 */
export async function actingForOwnerOf<Kind extends keyof typeof whose>(
  ctx: OperationContext,
  kind: Kind,
  secret: Parameters<(typeof whose)[Kind]>[1],
): Promise<OperationContext | undefined> {
  const find = whose[kind] as (db: OperationContext['db'], secret: unknown) => Promise<string | undefined>
  const organisationId = await find(ctx.db, secret)
  return organisationId === undefined ? undefined : actingFor(ctx, organisationId)
}
