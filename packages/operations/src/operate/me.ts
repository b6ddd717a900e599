import { findStaff } from '@stillhere/persistence'
import { type Answer, answer, type Caller, type OperationContext, refuse } from '../context.ts'
import { ownOrganisation } from './organisation.ts'

/** Who is signed in: a name, a role, and of which organisation. Nothing of anybody else. */
export async function getMe(ctx: OperationContext, caller: Caller): Promise<Answer> {
  const [staff] = await findStaff(ctx.db, caller.organisationId, caller.id)
  // Removed between the check of the credential and now.
  if (!staff) return refuse('not_authenticated')
  const { id, name, role, language } = staff
  const organisation = await ownOrganisation(ctx.db, caller)
  return answer(200, {
    me: { id, name, role, language },
    organisation: {
      name: organisation.name,
      slug: organisation.slug,
      ...(organisation.colour ? { colour: organisation.colour } : {}),
    },
  })
}
