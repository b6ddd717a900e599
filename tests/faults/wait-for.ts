import { setTimeout as pause } from 'node:timers/promises'

/** Asks until it is so. @returns how long it took, ms. @throws Error naming `what` when it was not so in time */
export async function waitFor(what: string, withinMs: number, look: () => Promise<boolean> | boolean): Promise<number> {
  const startedAt = performance.now()
  for (;;) {
    if (await look()) return performance.now() - startedAt
    if (performance.now() - startedAt > withinMs) throw new Error(`not within ${withinMs} ms: ${what}`)
    await pause(10)
  }
}

/** The status of a process's readiness; 0 when it does not answer. */
export async function readiness(internal: string): Promise<number> {
  try {
    const answer = await fetch(`${internal}/readyz`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.status
  } catch {
    // Not answering is an answer here.
    return 0
  }
}

/** A counter of a process's metrics, summed over its labels but for those given; 0 when it was never counted. */
export async function counter(internal: string, name: string, labels: Record<string, string> = {}): Promise<number> {
  const answer = await fetch(`${internal}/metrics`, { signal: AbortSignal.timeout(2_000) })
  const lines = (await answer.text())
    .split('\n')
    .filter((line) => line.startsWith(`stillhere_${name}{`) || line.startsWith(`stillhere_${name} `))
  return lines
    .filter((line) => Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}
