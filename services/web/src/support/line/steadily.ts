import steadyWorker from './steady.worker.ts?worker&url'

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string }
}

interface Ticking {
  everyMs: number
  run: () => void
  /** Where there is no worker: the page's own timer, which a hidden page's browser slows down. */
  timer?: ReturnType<typeof setInterval>
}

const ticking = new Map<number, Ticking>()
let lastId = 0
/** null: there is none to be had. */
let worker: Worker | null | undefined

/** Runs it again and again, in a hidden page too, where `setInterval` would come once a minute. @returns how to end it */
export function steadily(everyMs: number, run: () => void): () => void {
  const id = ++lastId
  const mine: Ticking = { everyMs, run }
  ticking.set(id, mine)
  begin()
  if (worker) worker.postMessage({ id, everyMs })
  else mine.timer = setInterval(run, everyMs)
  return () => {
    ticking.delete(id)
    clearInterval(mine.timer)
    worker?.postMessage({ id, everyMs: null })
  }
}

/** The policy of the page trusts this one script address and no other. */
function trusted(): string {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes }
  const policy = trustedTypes?.createPolicy('still-here', {
    createScriptURL(url) {
      if (url !== steadyWorker) throw new TypeError('not our script')
      return url
    },
  })
  return policy?.createScriptURL(steadyWorker) ?? steadyWorker
}

function begin(): void {
  if (worker !== undefined) return
  try {
    worker = new Worker(trusted())
    worker.onmessage = ({ data }: MessageEvent<number>) => ticking.get(data)?.run()
    worker.onerror = withoutWorker
  } catch {
    withoutWorker()
  }
}

/** Better late than never: what the worker would have ticked is ticked by the page. */
function withoutWorker(): void {
  worker?.terminate()
  worker = null
  for (const one of ticking.values()) one.timer ??= setInterval(one.run, one.everyMs)
}
