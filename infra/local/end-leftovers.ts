// Started by the supervisor behind a shell that sleeps until the launcher is gone, however it went.
import { endLeftovers } from './leftovers.ts'

const [file] = process.argv.slice(2)
if (file !== undefined) await endLeftovers(file)
