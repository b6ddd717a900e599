import { runCommand, say } from './launcher.ts'
import { PARTS } from './parts.ts'

process.exitCode = await runCommand(async () => {
  let failed = 0
  for (const part of PARTS) {
    const ok = await part.run(process.cwd())
    say(`${ok ? 'ok    ' : 'FAILED'} ${part.name}`)
    if (!ok) failed += 1
  }
  return failed === 0 ? 0 : 1
})
