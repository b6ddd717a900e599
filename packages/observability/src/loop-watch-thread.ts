import { workerData } from 'node:worker_threads'

const { counter, everyMs, looks } = workerData as { counter: Int32Array; everyMs: number; looks: number }
let seen = Atomics.load(counter, 0)
let unchanged = 0
setInterval(() => {
  const now = Atomics.load(counter, 0)
  unchanged = now === seen ? unchanged + 1 : 0
  seen = now
  if (unchanged >= looks) process.kill(process.pid, 'SIGKILL')
}, everyMs)
