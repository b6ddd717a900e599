import { z } from 'zod'
import { commandId } from './primitives.ts'
import { sealedPush } from './sealed.ts'

/**
 * `PUT /v1/sessions/:id/push`: where the person's browser can be reached for this session's prompts; `null` takes it back.
 * Sealed to the worker: JSON `{endpoint, p256dh, auth, language}`, info `stillhere/push/v1`, aad `sessionId.keyId`.
 */
export const pushBody = z.strictObject({ commandId, sealed: sealedPush.nullable() })
export type PushBody = z.infer<typeof pushBody>
