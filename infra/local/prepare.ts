import type { prepareDatabase as Prepare } from '@stillhere/persistence'

/** What the launcher asks of the database before any service starts: migrations, the pace's row, the demo organisation. */
export type PrepareDatabase = typeof Prepare

export const prepareDatabase: PrepareDatabase = async (options) => {
  // Loaded when it is needed: an option that is refused is refused at once.
  const persistence = await import('@stillhere/persistence')
  return persistence.prepareDatabase(options)
}
