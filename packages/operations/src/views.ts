import type { PlanView, SessionView } from '@stillhere/contracts'
import { iso, type PlanRow, type RescuerRow, type SessionRow, type SessionWithAlert } from '@stillhere/persistence'
import { canBeTold } from './can-be-told.ts'

const instant = (at: number): string => new Date(at).toISOString()

/** What the device may see. A session under duress looks ended in every answer. */
export function sessionView({ session, alert }: SessionWithAlert): SessionView {
  const plain = {
    id: session.id,
    planId: session.planId,
    kind: session.kind,
    company: session.company,
    version: session.version,
    startedAt: instant(session.startedAt),
    deadlineAt: instant(session.deadlineAt),
    alertAt: instant(session.alertAt),
  }
  if (session.quiet)
    return { ...plain, version: session.quietVersion ?? session.version, state: 'closed', outcome: 'ended-safe' }
  return {
    ...plain,
    state: session.state,
    ...(session.prompt && session.state === 'prompting'
      ? { prompt: { kind: session.prompt.kind, at: instant(session.prompt.at) } }
      : {}),
    ...(session.outcome ? { outcome: session.outcome } : {}),
    ...(alert
      ? {
          alert: {
            id: alert.id,
            state: alert.state,
            raisedAt: instant(alert.raisedAt),
            ...(alert.disclosedAt ? { disclosedAt: instant(alert.disclosedAt) } : {}),
            ...(alert.ownedAt ? { ownedAt: instant(alert.ownedAt) } : {}),
            ...(alert.ownerKind ? { owner: { kind: alert.ownerKind } } : {}),
            told: alert.told.map(({ kind, at }) => ({ kind, at: instant(at) })),
          },
        }
      : {}),
  }
}

/** A session without an alert, as it was just decided. */
export const bareSessionView = (session: SessionRow): SessionView => sessionView({ session })

/** A plan as its person sees it; `readiness` says what is still missing, a word each. */
export function planView(
  plan: PlanRow,
  rescuers: readonly RescuerRow[],
  sites: readonly { id: string; templateVersion: number; retired: boolean }[] = [],
): PlanView {
  const site = sites.find(({ id }) => id === plan.site?.id)
  const isGone = (rescuer: RescuerRow) =>
    rescuer.consent === 'stopped' || rescuer.consent === 'left' || (rescuer.consent === 'agreed' && !canBeTold(rescuer))
  // The one way in which who adopted a site is told: nobody knows whom, and their phone asks for its plan by itself.
  const siteChanged = plan.site && site && (site.retired || site.templateVersion > plan.site.version)
  const readiness = [
    ...(plan.check === 'pending' ? ['check-pending'] : plan.check === 'refused' ? ['check-refused'] : []),
    ...plan.missing.map((field) => `no-${field}`),
    ...(plan.sealedOwnNumber ? (plan.ownCheck === 'refused' ? ['own-number-refused'] : []) : ['no-own-number']),
    ...(rescuers.length === 0 ? ['no-rescuer'] : rescuers.some(canBeTold) ? [] : ['no-rescuer-agreed']),
    ...(rescuers.some(isGone) ? ['rescuer-gone'] : []),
    ...(siteChanged ? ['site-changed'] : []),
  ]
  return {
    id: plan.id,
    planVersion: plan.planVersion,
    alertOrder: plan.alertOrder,
    check: plan.check,
    ...(plan.checkCode ? { checkCode: plan.checkCode } : {}),
    ...(plan.ownCheck ? { ownNumberCheck: plan.ownCheck } : {}),
    ...(plan.ownCheckCode ? { ownNumberCheckCode: plan.ownCheckCode } : {}),
    rescuers: rescuers.map((rescuer) => ({
      id: rescuer.id,
      position: rescuer.position,
      consent: rescuer.consent,
      check: rescuer.check,
      ...(rescuer.checkCode ? { checkCode: rescuer.checkCode } : {}),
    })),
    ...(plan.site && site
      ? {
          site: {
            ...plan.site,
            currentVersion: site.templateVersion,
            changed: siteChanged === true,
          },
        }
      : {}),
    readiness,
  }
}

/** The clock's reading as it goes over the wire. */
export const serverNow = (now: number): string => iso(now) ?? instant(0)

/** The site whose template a plan has adopted, if any. */
export const sitesOf = ({ site }: PlanRow): string[] => (site ? [site.id] : [])
