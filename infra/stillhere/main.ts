import { theHost } from './host.ts'
import { runStillHere } from './program.ts'

process.exitCode = await runStillHere(process.argv.slice(2), theHost())
