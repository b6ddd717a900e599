import { readApiConfig } from '@stillhere/config'
import { runService } from '@stillhere/observability'
import { startApi } from './start-api.ts'

await runService({ service: 'api', read: readApiConfig, start: startApi })
