import { randomUUID } from 'node:crypto'

/** A new Twilio identifier: two letters and 32 hexadecimal digits. `SM` is a text, `CA` a call. */
export function makeSid(kind: 'SM' | 'CA'): string {
  return kind + randomUUID().replaceAll('-', '')
}
