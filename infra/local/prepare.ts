/** What the launcher asks of the database before any service starts: migrations, the pace's row, the demo organisation. */
export type PrepareDatabase = (options: {
  databaseUrl: string
  pace: number
  demo: { twilioNumber: string; host: string }
}) => Promise<{ invitations: { supporter: string; dutyLead: string; operator: string } }>

/**
 * The single place where the launcher meets the database.
 * @TODO(#2) import `prepareDatabase` by name once `packages/persistence` exports it, and drop the look below.
 */
export const prepareDatabase: PrepareDatabase = async (options) => {
  // Loaded when it is needed: an option that is refused is refused at once.
  const { prepareDatabase: prepare } = (await import('@stillhere/persistence')) as { prepareDatabase?: PrepareDatabase }
  if (prepare === undefined) throw new Error('packages/persistence does not export prepareDatabase yet')
  return prepare(options)
}
