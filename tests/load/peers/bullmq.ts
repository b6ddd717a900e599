/**
 * The peer: bare BullMQ delayed jobs that do nothing when they fire. A process of its own, as our workers are. Reads
 * `{redisUrl, dueAt: {from, spacingMs, count}}` from its arguments, prints `{latenessMs: […]}`.
 */
import { Queue, Worker } from 'bullmq'

interface Work {
  redisUrl: string
  leadMs: number
  spacingMs: number
  count: number
}

const { redisUrl, leadMs, spacingMs, count } = JSON.parse(process.argv[2] ?? '{}') as Work
const url = new URL(redisUrl)
const connection = {
  host: url.hostname,
  port: Number(url.port),
  password: decodeURIComponent(url.password),
  maxRetriesPerRequest: null,
}
const prefix = '{peer}'
const queue = new Queue('peer', { connection, prefix })
const from = Date.now() + leadMs
for (let i = 0; i < count; i += 500) {
  const jobs = Array.from({ length: Math.min(500, count - i) }, (_, j) => {
    const dueAt = from + (i + j) * spacingMs
    return {
      name: 'fire',
      data: { dueAt },
      opts: { delay: Math.max(0, dueAt - Date.now()), removeOnComplete: true, removeOnFail: true },
    }
  })
  await queue.addBulk(jobs)
}
if (Date.now() > from) throw new Error('the jobs were not there before the first was due')
const latenessMs: number[] = []
const done = Promise.withResolvers<void>()
const work = async (job: { data: { dueAt: number } }) => {
  latenessMs.push(Date.now() - job.data.dueAt)
  if (latenessMs.length === count) done.resolve()
}
// Two workers, as we have two.
const workers = [0, 1].map(() => new Worker('peer', work, { connection, prefix, concurrency: 200 }))
await done.promise
process.stdout.write(`${JSON.stringify({ latenessMs })}\n`)
await Promise.all(workers.map((worker) => worker.close()))
await queue.close()
