export { classify } from '../twilio/error-classes.ts'
export { type Bulkhead, createBulkhead } from './bulkhead.ts'
export type * from './outcomes.ts'
export { createTwilio } from './twilio.ts'
