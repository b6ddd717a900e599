import { readGatewayConfig } from '@stillhere/config'
import { runService } from '@stillhere/observability'
import { startGateway } from './start-gateway.ts'

await runService({ service: 'gateway', read: readGatewayConfig, start: startGateway })
