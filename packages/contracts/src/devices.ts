import { z } from 'zod'
import { uuid } from './primitives.ts'

/** `POST /v1/devices` needs no body; an empty object is as good. */
export const createDeviceBody = z.strictObject({}).optional()

/** 32 random bytes in base64url (43 characters): the only form a token of ours has. */
export const tokenPattern = /^[A-Za-z0-9_-]{43}$/

/** The anonymous credential. The token is shown here once and never again. */
export const deviceView = z.object({
  deviceId: uuid,
  token: z.string().meta({ description: 'the bearer token; shown once' }),
})
export type DeviceView = z.infer<typeof deviceView>
