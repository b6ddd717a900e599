import { z } from 'zod'
import { uuid } from './primitives.ts'

/** `POST /v1/devices` needs no body; an empty object is as good. */
export const createDeviceBody = z.strictObject({}).optional()

/** 32 random bytes in base64url (43 characters): the only form a token of ours has. */
export const tokenPattern = /^[A-Za-z0-9_-]{43}$/

/** The anonymous credential. The token and the code are shown here once and never again. */
export const deviceView = z.object({
  deviceId: uuid,
  token: z.string().meta({ description: 'the bearer token; shown once' }),
  forgetCode: z
    .string()
    .meta({ description: 'to write down: POST /v1/forget with it deletes what a lost phone left here; shown once' }),
})
export type DeviceView = z.infer<typeof deviceView>

/**
 * `POST /v1/forget`: 16 characters of Crockford's base32 (80 random bits), in any case, with or without the dashes and
 * spaces they were written down with; O is read as 0, I and L as 1.
 */
export const forgetBody = z.strictObject({
  code: z
    .string()
    .max(64)
    .transform((typed) => typed.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1'))
    .pipe(z.string().regex(/^[0-9A-HJKMNP-TV-Z]{16}$/, 'sixteen letters and digits'))
    .meta({ description: 'the code shown when the device was made' }),
})
