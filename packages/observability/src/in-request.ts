import { AsyncLocalStorage } from 'node:async_hooks'

const requests = new AsyncLocalStorage<string>()

/**
 * Runs `work`, and every line that is logged in it or in what follows from it says `requestId`: the id that the caller
 * was answered with. Alerts and messages that it makes hold that id too, so that a worker's lines about them say it.
 */
export const inRequest = <T>(requestId: string, work: () => T): T => requests.run(requestId, work)

/** Runs `work` for nobody in particular: what gathers from many requests must not speak in the name of the first. */
export const outsideRequests = <T>(work: () => T): T => requests.exit(work)

/** The id of the request that is being answered, if any. */
export const currentRequestId = (): string | undefined => requests.getStore()
