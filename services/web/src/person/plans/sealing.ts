/* What seals, and the key to seal to. Fetched apart from the rest of the app: a timer starts without it. */
export { sealNumber, sealPlan, sealPush } from '@stillhere/sealing/seal'
export { trustedKey } from '../../shared/server/disclosure-key.ts'
