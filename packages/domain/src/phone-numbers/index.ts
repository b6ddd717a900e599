/** Which numbers may ever be texted or rung. */
export { checkDestination, type Destination, type RefusedDestination } from './check-destination.ts'
