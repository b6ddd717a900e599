import { type Call, durationSeconds } from '../calls/call.ts'
import { toRfc2822 } from './dates.ts'

const subresources = {
  events: 'Events',
  notifications: 'Notifications',
  payments: 'Payments',
  recordings: 'Recordings',
  siprec: 'Siprec',
  streams: 'Streams',
  transcriptions: 'Transcriptions',
  user_defined_message_subscriptions: 'UserDefinedMessageSubscriptions',
  user_defined_messages: 'UserDefinedMessages',
}

/** A call as Twilio's API shows it, with all published fields. */
export function toCallResource(accountSid: string, call: Call): Record<string, unknown> {
  const uri = `/2010-04-01/Accounts/${accountSid}/Calls/${call.sid}`
  const dated = (at: number | undefined) => (at === undefined ? null : toRfc2822(at))
  return {
    account_sid: accountSid,
    annotation: null,
    answered_by: call.answeredBy ?? null,
    api_version: '2010-04-01',
    caller_name: null,
    date_created: toRfc2822(call.at),
    date_updated: toRfc2822(call.updatedAt),
    direction: 'outbound-api',
    duration: durationSeconds(call)?.toString() ?? null,
    end_time: dated(call.endedAt),
    forwarded_from: null,
    from: call.from,
    from_formatted: call.from,
    group_sid: null,
    parent_call_sid: null,
    phone_number_sid: `PN${accountSid.slice(2)}`,
    price: null,
    price_unit: 'USD',
    queue_time: '0',
    sid: call.sid,
    start_time: dated(call.ringingAt),
    status: call.status,
    subresource_uris: Object.fromEntries(
      Object.entries(subresources).map(([name, file]) => [name, `${uri}/${file}.json`]),
    ),
    to: call.to,
    to_formatted: call.to,
    trunk_sid: null,
    uri: `${uri}.json`,
  }
}
