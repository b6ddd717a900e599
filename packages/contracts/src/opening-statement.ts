/**
 * What two people sign before a plan is opened (infra/decisions/0016). Nothing is imported here: the page that signs loads
 * no schemas.
 */

/** Why. Words of ours: a sentence would be about the person. */
export const openingReasons = ['life-at-risk', 'person-asked', 'safeguarding', 'court-order'] as const
export const openingStates = ['asked', 'confirmed', 'opened', 'refused', 'expired'] as const

/** What one of the two signs. `at`: what the service's clock said when they were shown it. */
export interface OpeningStatement {
  does: 'asks' | 'confirms'
  openingId: string
  alertId: string
  reason: (typeof openingReasons)[number]
  /** The key of the asking browser, to which alone the plan is sealed. */
  keyId: string
  publicKey: string
  supporterId: string
  at: string
}

/** The statement as text, one fact a line; its UTF-8 bytes are the challenge. No fact holds a line break. */
export const openingStatement = (of: OpeningStatement): string =>
  [
    'stillhere/open-plan/v1',
    of.does,
    of.openingId,
    of.alertId,
    of.reason,
    of.keyId,
    of.publicKey,
    of.supporterId,
    of.at,
  ].join('\n')

/** How the plan is sealed to the asking browser: `info`, and `aad` from the opening, the reader and the key. */
export const openingInfo = 'stillhere/opening/v1'
export const openingAad = (of: { openingId: string; supporterId: string; keyId: string }): string =>
  `${of.openingId}.${of.supporterId}.${of.keyId}`
