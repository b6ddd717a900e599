import type { FaultyStack } from '../faults/faulty-stack.ts'
import { checkIns } from './check-ins.ts'
import { lateness, storm } from './deadlines.ts'

/** What `npm run bench -- NAME --json` prints (contract.md). */
export interface BenchResult {
  name: string
  ours: object
  peers: object
  limits: object
  ratios: object
  /** Every bound of performance.md for this row holds, on this machine, in this run. */
  ok: boolean
}

export interface BenchOptions {
  redis: boolean
  /** Smaller sizes than performance.md's, for a look; the result says what they were. */
  count?: number
  rate?: number
  seconds?: number
  workerSettings?: Readonly<Record<string, string>>
  /** Looks at the processes while they work; for whoever searches a hot spot. */
  whileFiring?: (stack: FaultyStack) => Promise<void>
  say: (line: string) => void
}

export const BENCHES: Readonly<Record<string, (options: BenchOptions) => Promise<BenchResult>>> = {
  lateness,
  storm,
  'check-ins': checkIns,
}
