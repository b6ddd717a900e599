import type { ServiceView } from '@stillhere/contracts'
import { bounds } from '@stillhere/domain'
import {
  demoSlug,
  findOrganisation,
  findOrganisationCalled,
  findRhythms,
  isSomeoneHere,
  readClock,
} from '@stillhere/persistence'
import type { OperationContext } from './context.ts'
import { signedGuidanceOf } from './operate/guidance.ts'
import { openStateAt } from './operate/staffing/opening.ts'
import { serverNow } from './views.ts'

/** What a screen needs before anybody starts. @returns undefined when there is no such organisation */
export async function getService(
  ctx: OperationContext,
  organisationId: string,
  settings: {
    trial: boolean
    liveUrl: string
    disclosureKey: ServiceView['disclosureKey']
    webPush?: ServiceView['webPush']
  },
): Promise<ServiceView | undefined> {
  const [organisation, rhythms, someoneHere, now] = await Promise.all([
    findOrganisation(ctx.db, { id: organisationId }),
    findRhythms(ctx.db, organisationId),
    isSomeoneHere(ctx.db, organisationId),
    readClock(ctx.db),
  ])
  if (!organisation) return undefined
  const signed = await signedGuidanceOf(ctx.db, organisationId, now)
  const { open, opensAt, closesAt, mayStart, forGood } = openStateAt(organisation, now)
  return {
    serverNow: serverNow(now),
    trial: settings.trial,
    // Who is on shift is here, whatever the hours say; once it has closed for good nobody answers.
    someoneHere: someoneHere && !forGood,
    open,
    ...(opensAt === undefined ? {} : { opensAt: serverNow(opensAt) }),
    ...(closesAt === undefined ? {} : { closesAt: serverNow(closesAt) }),
    mayStart,
    ...(forGood ? { closedForGood: true as const } : {}),
    rhythms: rhythms.map(({ id, name, intervalsSeconds }) => ({ id, name, intervalsSeconds })),
    countdown: bounds.countdown,
    prompts: organisation.prompts.steps.map(({ kind, afterSeconds }) => ({ kind, afterSeconds })),
    smsNumber: organisation.smsNumber,
    languages: organisation.languages,
    liveUrl: settings.liveUrl,
    disclosureKey: settings.disclosureKey,
    ...(settings.webPush ? { webPush: settings.webPush } : {}),

    ...(signed.length > 0 ? { signedGuidance: signed } : {}),
    organisation: organisation.slug,
  }
}

/**
 * Which organisation a request is for: by slug or the number a text came to, else by host name, else the demo
 * organisation of this installation.
 */
export async function findOrganisationFor(
  ctx: OperationContext,
  by: { slug?: string; host?: string; smsNumber?: string },
): Promise<{ id: string; slug: string } | undefined> {
  if (by.slug !== undefined) return findOrganisationCalled(ctx.db, { slug: by.slug })
  if (by.smsNumber !== undefined) return findOrganisationCalled(ctx.db, { smsNumber: by.smsNumber })
  const byHost = by.host ? await findOrganisationCalled(ctx.db, { host: by.host }) : undefined
  return byHost ?? findOrganisationCalled(ctx.db, { slug: demoSlug })
}
