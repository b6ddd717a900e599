import { readWorkerConfig } from '@stillhere/config'
import { runService } from '@stillhere/observability'
import { startWorker } from './start-worker.ts'

await runService({ service: 'worker', read: readWorkerConfig, start: startWorker })
