import { writeFileSync } from 'node:fs'
import { writeHazardsPage } from './hazards-page.ts'

writeFileSync(new URL('./HAZARDS.md', import.meta.url), writeHazardsPage())
