import { deliveryRefusal } from '../refusals.ts'
import type { Text } from '../texts/text.ts'
import { toRfc2822 } from './dates.ts'

/** A text as Twilio's API shows it, with all published fields. */
export function toMessageResource(accountSid: string, text: Text): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${accountSid}/Messages/${text.sid}`
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: text.redacted ? '' : text.body,
    date_created: toRfc2822(text.at),
    date_sent: text.sentAt === undefined ? null : toRfc2822(text.sentAt),
    date_updated: toRfc2822(text.updatedAt),
    direction: text.direction,
    error_code: text.errorCode,
    error_message: text.errorCode === null ? null : deliveryRefusal(text.errorCode).message,
    from: text.from,
    messaging_service_sid: null,
    num_media: '0',
    num_segments: String(text.segments),
    price: null,
    price_unit: 'USD',
    sid: text.sid,
    status: text.status,
    subresource_uris: { media: `${uri}/Media.json` },
    to: text.to,
    uri: `${uri}.json`,
  }
}
